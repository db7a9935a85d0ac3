import { expect, it } from 'vitest'
import { createdNodes, createdText, readCreated } from '../../../src/cli/created-words.ts'
import { UsageError } from '../../../src/cli/exit-code.ts'

const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
const pools = [{ stem: 'vnode', first: 1, last: 40, width: 2, at }]
const nodes = (...words: string[]) => createdNodes(words, pools)

it('reads the words of bmcsim create', () => {
  const found = nodes('3:f39', 'vnode4', 'vnode18:u22.04', '[20-21]:x')
  expect(found).toEqual([
    { name: 'vnode03', image: 'f39' },
    { name: 'vnode04', image: undefined },
    { name: 'vnode18', image: 'u22.04' },
    { name: 'vnode20', image: 'x' },
    { name: 'vnode21', image: 'x' },
  ])
  expect(createdText(found)).toBe('vnode03:f39,vnode04,vnode18:u22.04,vnode20:x,vnode21:x')
  expect(readCreated(createdText(found))).toEqual(found)
})

it('refuses what names no node, or one twice', () => {
  const said = (...words: string[]) => {
    expect(() => nodes(...words)).toThrow(UsageError)
    try {
      nodes(...words)
    } catch (error) {
      return String(error)
    }
    return ''
  }
  expect(said('3', 'vnode03')).toContain('vnode03 is named twice')
  expect(said('99')).toContain('"99" is in no pool')
  expect(said('3:')).toContain('the name of an image stands behind the colon')
  expect(said('3:a,b')).toContain('the name of an image stands behind the colon')
  expect(said('[3')).toContain('never closed')
  expect(said('99', '3:', '[4', '5', '5').split('\n')).toHaveLength(4)
  expect(() => createdNodes(['3'], [])).toThrow('the lab file has no pools')
})
