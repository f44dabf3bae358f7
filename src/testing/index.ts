/**
 * Tools for testing with rx-mailbox: a controller that does what the test says, and marble tests that see the fields of errors.
 *
 * Needs no test runner: `expect` is used where it is global.
 *
 * @packageDocumentation
 */
export { ScriptedController, type ScriptedOptions } from './ScriptedController';
export { ScriptedLink, type PollAnswer, type SentMessage } from './ScriptedLink';
export { script, scriptLetters, type ScriptStep } from './script';
export { FaultyController } from './faulty/FaultyController';
export { faultTypes, InjectedFault, type Fault, type FaultRates, type FaultType, type FaultyOptions } from './faulty/FaultyOptions';
export { describeController, type ControllerSuiteOptions, type ControllerSuiteRunner } from './contract/describeController';
export { falsyMessages, type ControllerDevice, type ControllerFeature, type ControllerFixture } from './contract/ControllerFixture';
export { marbles, type MarbleHelpers } from './marbles';
export { plain } from './plain';
export { type AssertDeepEqual } from './assertDeepEqual';
