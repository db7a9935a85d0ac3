import { describe, expect, it } from 'vitest'
import { expandNodeSet, expandRanges, NodeSetError } from '../../../src/config/node-set.ts'

describe('a node set', () => {
  it.each([
    ['cn01', ['cn01']],
    ['cn[01-03],login,gpu[1,3-5]', ['cn01', 'cn02', 'cn03', 'login', 'gpu1', 'gpu3', 'gpu4', 'gpu5']],
    ['n[0-10/2]', ['n0', 'n2', 'n4', 'n6', 'n8', 'n10']],
    ['n[8-10]', ['n8', 'n9', 'n10']],
    ['n[08-10]', ['n08', 'n09', 'n10']],
    ['n[0-1]', ['n0', 'n1']],
    ['r[1-2]n[1-2].lab', ['r1n1.lab', 'r1n2.lab', 'r2n1.lab', 'r2n2.lab']],
    ['a, b ,a', ['a', 'b']],
  ])('%s', (text, names) => {
    expect(expandNodeSet(text)).toEqual(names)
  })

  it.each([
    ['', 1, 'a name is missing'],
    ['a,,b', 3, 'a name is missing'],
    ['a,', 3, 'a name is missing'],
    ['cn[1-', 3, 'never closed'],
    ['cn1]', 4, 'no [ before'],
    ['cn[[1]]', 4, 'bracket inside'],
    ['cn[]', 3, 'nothing between'],
    ['cn[1-x]', 6, 'only numbers'],
    ['cn[3-1]', 4, 'smaller'],
    ['cn[1,2-]', 6, 'write a number'],
    ['cn[1-9/0]', 4, 'step of 0'],
    ['cn[01-100]', 4, 'differ in width'],
    ['a b', 2, 'letters, digits'],
    ['ok,a/b', 5, 'letters, digits'],
    ['n[0-10000]', 3, 'more than 10000'],
    ['n[0-999]m[0-99]', 10, 'more than 10000'],
    ['n[1-9999999999]', 3, '9 digits'],
  ])('%s is wrong at column %i: %s', (text, column, reason) => {
    const error = thrown(() => expandNodeSet(text))
    expect(error.column).toBe(column)
    expect(error.reason).toContain(reason)
    expect(error.message).toContain(`column ${column}`)
  })

  it('ranges in other texts leave other brackets alone and keep repetitions', () => {
    expect(expandRanges('telnet:[::1]:91[01-02]')).toEqual(['telnet:[::1]:9101', 'telnet:[::1]:9102'])
    expect(expandRanges('10.0.0.[1,1]')).toEqual(['10.0.0.1', '10.0.0.1'])
  })
})

function thrown(action: () => unknown): NodeSetError {
  try {
    action()
  } catch (error) {
    if (error instanceof NodeSetError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
