import { afterAll } from 'vitest'
import { ownConfigFolder } from './config-folder.ts'
import { removeTempFolders } from './temp-folder.ts'

// Runs before each test file, also where files share their modules.
ownConfigFolder()
afterAll(removeTempFolders)
