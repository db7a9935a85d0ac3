import { describe, expect, it } from 'vitest'
import { sharedRedfishText } from '../../../src/lab/shared-redfish.ts'

const inIt = { sharedRedfish: 'https://[::1]:8000/redfish/v1/Systems/00112233-4455-5677-8899-aabbccddeeff' }
const outside = { sharedRedfish: null }

describe('one Redfish for nodes', () => {
  it.each([
    [[inIt, inIt], 'Redfish of all nodes: https://[::1]:8000/redfish/v1/Systems'],
    [[inIt, outside], 'Redfish of 1 node: https://[::1]:8000/redfish/v1/Systems'],
    [[inIt, inIt, outside], 'Redfish of 2 nodes: https://[::1]:8000/redfish/v1/Systems'],
    [[outside], undefined],
    [[], undefined],
  ])('%j', (nodes, text) => {
    expect(sharedRedfishText(nodes)).toBe(text)
  })
})
