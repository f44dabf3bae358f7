/**
 * A controller without a transport: two ends in one process, for documentation, tests and applications that have no thread.
 *
 * @packageDocumentation
 */
export { createLoopback, type LoopbackOptions } from './loopback/createLoopback';
