/** A clock that counts nanoseconds. */
export type Clock = () => number;

/**
 * The time that the processor worked for this process, all its threads together: the same as the time on the wall for one thread that never
 * waits, except that it stands still while the machine does something else. So only for what never waits.
 */
export const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

export const wallTime: Clock = () => Number(process.hrtime.bigint());
