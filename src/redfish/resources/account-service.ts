import { type Account, Accounts, passwordLengths } from '../access/accounts.ts'
import { isRole, type RoleName, roleNames, rolePrivileges } from '../access/roles.ts'
import { refuse } from '../faults.ts'
import { flag, number, oneOf, text } from '../fields.ts'
import { link, ROOT } from '../links.ts'
import { action, collection, create, resource, write } from '../resource.ts'

const PATH = `${ROOT}/AccountService`

/** Tens of seconds, as IPMI counts them (LAN parameter 26). */
const UNIT_S = 10

export const accountService = resource<Accounts>({
  path: PATH,
  type: 'AccountService',
  find: ({ bmc }) => new Accounts(bmc),
  get: ({ lockout }) => ({
    Name: 'Account Service',
    Description: 'The users of the BMC, those of IPMI',
    Status: { State: 'Enabled', Health: 'OK' },
    ServiceEnabled: true,
    LocalAccountAuth: 'Enabled',
    HTTPBasicAuth: 'Enabled',
    SupportedAccountTypes: ['Redfish', 'IPMI'],
    MinPasswordLength: passwordLengths.shortest,
    MaxPasswordLength: passwordLengths.longest,
    AuthFailureLoggingThreshold: 1,
    AccountLockoutThreshold: lockout.threshold,
    AccountLockoutDuration: lockout.lockoutInterval * UNIT_S,
    AccountLockoutCounterResetAfter: lockout.resetInterval * UNIT_S,
    AccountLockoutCounterResetEnabled: lockout.resetInterval > 0,
  }),
  patch: {
    AccountLockoutThreshold: write(number, (accounts, threshold) => accounts.setLockout({ threshold })),
    AccountLockoutDuration: write(number, (accounts, seconds) =>
      accounts.setLockout({ lockoutInterval: Math.ceil(seconds / UNIT_S) }),
    ),
    AccountLockoutCounterResetAfter: write(number, (accounts, seconds) =>
      accounts.setLockout({ resetInterval: Math.ceil(seconds / UNIT_S) }),
    ),
  },
})

export const accounts = collection<Accounts>({
  path: `${PATH}/Accounts`,
  type: 'ManagerAccountCollection',
  name: 'Accounts',
  find: ({ bmc }) => new Accounts(bmc),
  members: (accounts) => accounts.all.map(({ id }) => String(id)),
  create: create({ UserName: text, Password: text, RoleId: oneOf(roleNames), Enabled: flag }, (accounts, given) => {
    const { UserName = '', Password = '', RoleId = 'ReadOnly', Enabled = true } = given
    return { id: String(accounts.add(UserName, Password, RoleId, Enabled)) }
  }),
})

export const account = resource<Account>({
  path: `${PATH}/Accounts/{account}`,
  type: 'ManagerAccount',
  find: ({ bmc }, { account }) => new Accounts(bmc).get(account),
  isOwn: ({ id }, by) => id === by.userId,
  get: (account) => ({
    Name: `Account ${account.name}`,
    UserName: account.name,
    Password: null,
    RoleId: account.role,
    Enabled: account.enabled,
    Locked: account.locked,
    AccountTypes: account.fitsIpmi ? ['Redfish', 'IPMI'] : ['Redfish'],
    HostBootstrapAccount: account.isBootstrap,
    ...(!account.fitsIpmi &&
      !account.isBootstrap && {
        Description: 'The password is longer than the 20 bytes of IPMI: this user cannot log in over IPMI',
      }),
    Links: { Role: link(`${PATH}/Roles/${account.role}`) },
  }),
  patch: {
    UserName: write(text, (account, name) => account.setName(name)),
    Password: write(text, (account, password) => account.setPassword(password)),
    RoleId: write(oneOf(roleNames), (account, role) => account.setRole(role)),
    Enabled: write(flag, (account, enabled) => account.setEnabled(enabled)),
    Locked: write(flag, (account, locked) => {
      if (locked) throw refuse(400, 'PropertyValueNotInList', 'true', 'Locked')
      account.unlock()
    }),
  },
  remove: (account) => account.remove(),
  actions: {
    ChangePassword: action({ NewPassword: text, SessionAccountPassword: text }, (account, given, { by }) => {
      const { NewPassword = '', SessionAccountPassword = '' } = given
      if (!account.isPasswordOfUser(by.userId, SessionAccountPassword)) {
        throw refuse(400, 'ActionParameterValueError', 'SessionAccountPassword', 'ChangePassword')
      }
      account.setPassword(NewPassword)
    }),
  },
})

export const roles = collection({
  path: `${PATH}/Roles`,
  type: 'RoleCollection',
  name: 'Roles',
  find: (service) => service,
  members: () => roleNames,
})

export const role = resource<RoleName>({
  path: `${PATH}/Roles/{role}`,
  type: 'Role',
  find: (_, { role }) => (isRole(role) ? role : undefined),
  get: (role) => ({
    Name: `${role} role`,
    RoleId: role,
    IsPredefined: true,
    AssignedPrivileges: rolePrivileges[role],
    OemPrivileges: [],
  }),
})
