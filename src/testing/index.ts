/**
 * Tools for testing with rx-mailbox: a controller that does what the test tells it to, faults from a seed for any controller, the contract
 * suite for controllers, and marble tests that compare the fields of errors.
 *
 * Works with any test runner: `expect`, `describe` and `it` are used where they are global.
 *
 * @packageDocumentation
 */
export { ScriptedController } from './scripted/ScriptedController';
export { LinkRecord } from './scripted/LinkRecord';
export { ScriptedLink, type ScriptedOptions } from './scripted/ScriptedLink';
export { type PollAnswer, type Polled } from './scripted/Polled';
export { type SentMessage } from './scripted/SentMessage';
export { script, scriptLetters, type BusyStep, type ReturnedStep, type ScriptStep, type TakenStep } from './scripted/script';
export { FaultyController } from './faulty/FaultyController';
export { faultTypes, InjectedFault, type Fault, type FaultRates, type FaultType, type FaultyOptions } from './faulty/FaultyOptions';
export { describeController, type ControllerSuiteOptions, type ControllerSuiteRunner, type TestMaker } from './contract/describeController';
export {
  falsyMessages,
  type ControllerDevice,
  type ControllerExtra,
  type ControllerFeature,
  type ControllerFixture,
} from './contract/ControllerFixture';
export { HspModel } from './hsp/HspModel';
export { type HspArrival, type HspBehaviour, type HspMessage, type HspModelOptions } from './hsp/HspModelOptions';
export { hspRegisters } from './hsp/hspRegisters';
export { mailboxTest, type MailboxTest } from './mailboxTest/mailboxTest';
export { type MailboxTestArea, type MailboxTestOptions } from './mailboxTest/MailboxTestOptions';
export { tracedRegisters, type RegisterAccess } from './tracedRegisters';
export { VcpModel } from './vcp/VcpModel';
export { type VcpArrival, type VcpBehaviour, type VcpModelOptions } from './vcp/VcpModelOptions';
export { vcpRegisters } from './vcp/vcpRegisters';
export { marbles, type MarbleHelpers } from './marbles';
export { plain } from './plain';
export { type AssertDeepEqual } from './assertDeepEqual';
