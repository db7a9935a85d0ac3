import { describe, expect, it } from 'vitest'
import { folderName, shortFolderName } from '../../../src/app/folders.ts'

describe('folder names', () => {
  it.each([
    ['cn01', 'cn01'],
    ['ipmi sim 1', 'ipmi sim 1'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E.'],
    ['.hidden', '%2Ehidden'],
    ['knoten-ä', 'knoten-%C3%A4'],
    ['50%', '50%25'],
  ])('of %j is %j', (name, folder) => {
    expect(folderName(name)).toBe(folder)
  })

  it('are short where sockets are in them, and still differ', () => {
    const long = 'x1000c1s7b9n0-the-very-long-name-of-a-node'
    expect(shortFolderName('cn01')).toBe('cn01')
    expect(shortFolderName(long)).toHaveLength(12)
    expect(shortFolderName(`${long}1`)).not.toBe(shortFolderName(long))
  })
})
