import { ownConfigFolder } from './config-folder.ts'

// Runs before each test file, also where files share their modules.
ownConfigFolder()
