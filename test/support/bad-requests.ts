import { type Property, parametersOf, propertiesOf } from '../../src/redfish/facts/schema.ts'
import type { Body } from '../../src/redfish/request.ts'
import { routes } from '../../src/redfish/table.ts'

/** A request with something wrong in it, and the status that says so; undefined: it may be right, depending on the property. */
export interface BadRequest {
  readonly method: string
  readonly path: string
  readonly status: number | undefined
  /** Sent as JSON where it is no text. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly auth?: null | string
}

const SYSTEM = '/redfish/v1/Systems/1'
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`
const SESSIONS = '/redfish/v1/SessionService/Sessions'
const ACCOUNTS = '/redfish/v1/AccountService/Accounts'

const get = (path: string, status = 404): BadRequest => ({ method: 'GET', path, status })
const patch = (path: string, body: unknown, status = 400): BadRequest => ({ method: 'PATCH', path, body, status })
const post = (path: string, body: unknown, status = 400): BadRequest => ({ method: 'POST', path, body, status })

const paths: readonly BadRequest[] = [
  ...['/', '/favicon.ico', '/redfish/v2', '/redfish/v1/Nothing', '/REDFISH/v1/Systems', '/redfish/v1/systems'].map(
    (path) => get(path),
  ),
  ...['/1', '/1/1', '/%20', '/1%00', '/1;a=b', '/constructor', '/__proto__', '/toString', `/${'x'.repeat(4000)}`].map(
    (end) => get(`/redfish/v1/Systems/1${end}`, end.includes('%00') ? 400 : 404),
  ),
  ...['..', '%2e%2e', '.%2e', '%2E.', '.', '%2e', '..%2f..', '..%5c..', '%5c', '%2f'].flatMap((out) => [
    get(`/redfish/v1/${out}/Systems`, 400),
    get(`${SYSTEM}/${out}`, 400),
    get(`/${out}/${out}/${out}/etc/passwd`, 400),
  ]),
  ...['%', '%f', '%zz', '%ff', '%c0%ae', '%ed%a0%80', '%u0041', '%00', 'a%00b'].flatMap((bad) => [
    get(`/redfish/v1/Systems/${bad}`, 400),
    get(`/redfish/v1/${bad}`, 400),
  ]),
  get('//redfish/v1', 400),
  get(`/redfish/v1${'/'.repeat(12_000)}Systems`, 400),
  get('/redfish//v1', 400),
  get('/redfish/v1//Systems', 400),
  get(`${SYSTEM}/Actions`),
  get(`${SYSTEM}/Actions/ComputerSystem.Nothing`, 405),
  get(RESET, 405),
  get(`${SYSTEM}/NothingActionInfo`),
  get('/redfish/v1/Registries/Base.0.0.0'),
  get('/redfish/v1/JsonSchemas/Nothing'),
  get(`${SESSIONS}/999`),
  get(`${ACCOUNTS}/0`),
  get(`${ACCOUNTS}/999`),
  get(`${ACCOUNTS}/1e0`),
]

const queries: readonly BadRequest[] = [
  ...['$top=-1', '$top=x', '$top=', '$top=1.5', '$top=99999999999', '$skip=-1', '$skip=x', '$skip=0x10'].map((query) =>
    get(`/redfish/v1/Systems?${query}`, 400),
  ),
  ...['', 'x', '.($levels=0)', '.($levels=4)', '.($levels=-1)', '.($levels=)', '.(levels=1)', '**', '.~'].map((value) =>
    get(`/redfish/v1/Systems?$expand=${encodeURIComponent(value)}`, 400),
  ),
  ...['', ',', 'Name,', 'Name/', '/Name', 'Na me', "Name'", 'Name)'].map((value) =>
    get(`${SYSTEM}?$select=${encodeURIComponent(value)}`, 400),
  ),
  ...[
    '',
    'Name',
    'Name eq',
    'eq',
    "Name eq 'x",
    "Name like 'x'",
    "(Name eq 'x'",
    "Name eq 'x')",
    "Name eq 'x' and",
    "or Name eq 'x'",
    'not',
    'Name eq x y',
    '1 2 3',
    "Name eq 'x'Name",
    '('.repeat(200),
    `${'not '.repeat(200)}true eq true`,
    `Name eq '${' '.repeat(3000)}`,
    'Name/ eq 1',
    '$(7*7) eq 49',
  ].map((value) => get(`/redfish/v1/Systems?$filter=${encodeURIComponent(value)}`, 400)),
  ...['$count=true', '$search=x', '$orderby=Name', '$format=xml', '$skiptoken=1', '$'].map((query) =>
    get(`${SYSTEM}?${query}`, 501),
  ),
  // Long enough to stop a process whose reading of it takes more than one look at each character.
  get(`/redfish/v1/Systems?$filter=Name+eq${'+'.repeat(12_000)}'`, 400),
  get(`/redfish/v1/Systems?$select=${'a/'.repeat(6_000)}`, 400),
  get(`${SYSTEM}?only`, 400),
  // Of sensors and controls alone.
  get(`${SYSTEM}?excerpt`, 400),
  get(`${SYSTEM}?$top=1`, 400),
  get(`${SYSTEM}?$skip=1`, 400),
  get(`${SYSTEM}?$filter=Name eq 1`.replaceAll(' ', '%20'), 400),
  get('/redfish/v1/Systems?only&$select=Name', 400),
  get('/redfish/v1/Systems?only&$expand=.', 400),
  post(`${RESET}?$select=Name`, { ResetType: 'On' }),
  { ...post(`${ACCOUNTS}?$expand=.`, { UserName: 'x', Password: 'y', RoleId: 'ReadOnly' }), status: 400 },
  { method: 'DELETE', path: `${ACCOUNTS}/2?$top=1`, status: 400 },
]

const basic = (text: string) => `Basic ${Buffer.from(text, 'latin1').toString('base64')}`

const credentials: readonly BadRequest[] = [
  ...[
    '',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic =',
    basic(''),
    basic(':'),
    basic('admin'),
    basic('admin:'),
    basic(':secret'),
    basic('admin:secret '),
    basic('Admin:secret'),
    basic('admin\0:secret'),
    basic(`admin:${'s'.repeat(5000)}`),
    basic(`${'a'.repeat(5000)}:secret`),
    basic('\xff\xfe:\xff'),
    'Bearer abc',
    'Digest username="admin"',
    'Negotiate YII=',
    `${basic('admin:secret')} x`,
  ].map((authorization) => ({ ...get(SYSTEM, 401), auth: null, headers: { authorization } })),
  ...['', ' ', 'x', '0'.repeat(48), 'x'.repeat(5000), '__proto__', 'constructor', '../../etc/passwd'].map((token) => ({
    ...get(SYSTEM, 401),
    auth: null,
    headers: { 'x-auth-token': token },
  })),
  // A token that is wrong counts, whatever else is right.
  { ...get(SYSTEM, 401), headers: { 'x-auth-token': 'x' } },
  ...['/redfish/v1/Systems', '/redfish/v1/Nothing', `${ACCOUNTS}/2`, '/redfish/v1/Managers?$expand=.'].map((path) => ({
    ...get(path, 401),
    auth: null,
  })),
  { ...patch(SYSTEM, { AssetTag: 'x' }, 401), auth: null },
  { ...post(RESET, { ResetType: 'On' }, 401), auth: null },
  { method: 'DELETE', path: `${ACCOUNTS}/2`, status: 401, auth: null },
  ...[
    {},
    { UserName: 'admin' },
    { Password: 'secret' },
    { UserName: 1, Password: 'secret' },
    { UserName: 'admin', Password: ['secret'] },
    { UserName: { $ne: '' }, Password: { $ne: '' } },
    { UserName: 'admin', Password: 'secret', Bogus: 1 },
    { username: 'admin', password: 'secret' },
  ].map((body) => ({ ...post(SESSIONS, body), auth: null })),
  ...[
    { UserName: '', Password: '' },
    { UserName: null, Password: null },
    { UserName: 'nobody', Password: 'secret' },
    { UserName: 'x'.repeat(100_000), Password: 'y'.repeat(100_000) },
    { UserName: '\u0000', Password: '\u0000' },
  ].map((body) => ({ ...post(SESSIONS, body, 401), auth: null })),
]

const headers: readonly BadRequest[] = [
  ...['3.0', '4', '4.01', '5.0', 'x', ''].map((version) => ({
    ...get(SYSTEM, 412),
    headers: { 'odata-version': version },
  })),
  ...['"x"', 'W/"x"', 'x', '', '"', '"a", "b"', ','.repeat(2000)].map((etag) => ({
    ...patch(SYSTEM, { AssetTag: 'x' }, 412),
    headers: { 'if-match': etag },
  })),
  ...[
    'text/plain',
    'text/html',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'json',
    '/',
    ';',
    'application/json, text/plain',
  ].map((type) => ({ ...patch(SYSTEM, '{"AssetTag":"x"}', 415), headers: { 'content-type': type } })),
  ...['gzip', 'br', 'deflate', 'nonsense'].map((coding) => ({
    ...patch(SYSTEM, '\x1f\x8b\x08\x00', 400),
    headers: { 'content-encoding': coding },
  })),
]

const text = (body: string, status = 400): readonly BadRequest[] => [
  patch(SYSTEM, body, status),
  post(RESET, body, status),
  post(SESSIONS, body, status),
  post(ACCOUNTS, body, status),
]

const bodies: readonly BadRequest[] = [
  ...[
    '{',
    '}',
    '{"AssetTag"',
    '{"AssetTag":}',
    '{"AssetTag":"x",}',
    '{"AssetTag":"x"}{}',
    "{'AssetTag':'x'}",
    '{AssetTag:1}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\ud8"}',
    '\ufeff',
    '<xml/>',
    '\0',
    'null',
    'true',
    '7',
    '"text"',
    '[]',
    '[{}]',
    '{"__proto__":{"x":1}}',
    `{"a":${'['.repeat(20_000)}`,
    '{"a":'.repeat(20_000),
    ' '.repeat(1000),
  ].flatMap((body) => text(body)),
  ...text(`{"a":"${'x'.repeat(300_000)}"}`, 413),
  patch(SYSTEM, {}),
  patch(SYSTEM, ''),
  post(ACCOUNTS, ''),
  post(SESSIONS, ''),
  patch(SYSTEM, { '@odata.id': 'x' }),
  patch(SYSTEM, { constructor: 1 }),
  patch(SYSTEM, { toString: 1, hasOwnProperty: 2 }),
  patch(SYSTEM, { Boot: { constructor: 1 } }),
  patch(SYSTEM, { Boot: { BootSourceOverrideTarget: 'Pxe', Nothing: 1 } }),
  patch(SYSTEM, { AssetTag: 'x', Nothing: 1 }),
  patch(SYSTEM, { AssetTag: 'x'.repeat(100_000) }),
  patch(SYSTEM, { Links: {} }),
  patch(SYSTEM, { '': 1 }),
  patch(SYSTEM, { ['x'.repeat(10_000)]: 1 }),
  ...[
    { ResetType: 'Explode' },
    { ResetType: '' },
    { ResetType: 'on' },
    { ResetType: 'On ' },
    { ResetType: null },
    { ResetType: 1 },
    { ResetType: ['On'] },
    { ResetType: { On: true } },
    { ResetType: 'On', Bogus: 1 },
    { Resettype: 'On' },
    { ResetType: 'constructor' },
    { ResetType: 'x'.repeat(100_000) },
  ].map((body) => post(RESET, body)),
  post(`${SYSTEM}/Actions/ComputerSystem.Explode`, {}),
  post(`${SYSTEM}/Actions/Reset`, { ResetType: 'On' }, 404),
  post(`${SYSTEM}/Actions/Manager.Reset`, { ResetType: 'On' }),
  post(`${SYSTEM}/Actions/ComputerSystem.constructor`, {}),
  post(`${SYSTEM}/Actions/ComputerSystem.Reset/1`, { ResetType: 'On' }, 404),
  ...[
    { UserName: 'x' },
    { UserName: 'x', Password: 'y', RoleId: 'King' },
    { UserName: 'x', Password: 'y', RoleId: 'ReadOnly', Bogus: 1 },
    { UserName: 'x', Password: '', RoleId: 'ReadOnly' },
    { UserName: '', Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'x'.repeat(17), Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'a:b', Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'ünï', Password: 'y', RoleId: 'ReadOnly' },
    { UserName: '日本', Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'x', Password: 'y'.repeat(65), RoleId: 'ReadOnly' },
    { UserName: 'x', Password: 'y', RoleId: 'ReadOnly', Enabled: 'yes' },
    { UserName: ['x'], Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'x\n', Password: 'y', RoleId: 'ReadOnly' },
    { UserName: 'x', Password: 'y', RoleId: null },
  ].map((body) => post(ACCOUNTS, body)),
]

export const handWritten: readonly BadRequest[] = [...paths, ...queries, ...credentials, ...headers, ...bodies]

/** Values that are not of a kind. */
function wrongValues({ kind, list, nullable }: Property): readonly unknown[] {
  const wrong = wrongScalars(kind)
  const nothing = nullable || list ? [] : [null]
  return list ? ['x', {}, ...wrong.filter((one) => !isListLike(one)).map((one) => [one])] : [...wrong, ...nothing]
}

const isListLike = (value: unknown) => Array.isArray(value) || (typeof value === 'object' && value !== null)

function wrongScalars(kind: Property['kind']): readonly unknown[] {
  switch (kind) {
    case 'string':
      return [7, {}]
    case 'enum':
      return ['Nonsense', 7, []]
    case 'boolean':
      return ['true', 1]
    case 'integer':
      return ['5', 1.5, {}]
    case 'number':
      return ['5', true]
    case 'object':
    case 'link':
    case 'open':
      return ['x', []]
    case 'any':
      return []
  }
}

/** For each resource that was found by a walk: methods that it has not, values that its properties cannot have, what is not to be written. */
export function derived(
  bodies: ReadonlyMap<string, Body>,
  service: Parameters<(typeof routes.all)[0]['find']>[0],
): BadRequest[] {
  return [...bodies].flatMap(([path, body]) => {
    const route = routes.find(path.split('/').filter((part) => part !== ''))
    if (route?.kind !== 'resource') return []
    const { resource } = route
    const found = resource.find(service, route.parameters)
    if (found === undefined) return []
    const missing = ['PUT', 'POST', 'PATCH', 'DELETE'].filter((method) => !resource.methods.includes(method))
    const methods = missing.map((method) => ({ method, path, body: method === 'DELETE' ? undefined : {}, status: 405 }))

    const properties = propertiesOf(`${resource.type}.${resource.type}`) ?? new Map<string, Property>()
    const values = !resource.methods.includes('PATCH')
      ? []
      : [
          patch(path, {}),
          patch(path, { NoSuchProperty: 1 }),
          patch(path, [body]),
          ...Object.keys(body)
            .filter((name) => !name.includes('@') && !Object.hasOwn(found.writes, name))
            .map((name) => patch(path, { [name]: 'something else' })),
          ...Object.keys(found.writes).flatMap((name) => {
            const property = properties.get(name)
            if (property === undefined) return []
            const nothing = { ...patch(path, { [name]: null }), status: undefined }
            return [...wrongValues(property).map((value) => patch(path, { [name]: value })), nothing]
          }),
        ]

    const actions = Object.entries(found.actions).flatMap(([name, { isThere }]) => {
      if (!isThere(found.subject)) return []
      const target = `${route.path}/Actions/${resource.type}.${name}`
      const parameters = parametersOf(resource.type, name) ?? new Map<string, Property>()
      return [
        { method: 'GET', path: target, status: 405 },
        post(target, []),
        post(target, { NoSuchParameter: 1 }),
        ...[...parameters].flatMap(([parameter, property]) =>
          wrongValues(property).map((value) => post(target, { [parameter]: value })),
        ),
      ]
    })
    return [...methods, ...values, ...actions]
  })
}
