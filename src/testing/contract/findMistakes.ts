import { equal } from '../assertDeepEqual';
import type { ControllerFixture } from './ControllerFixture';
import type { FarEnd } from './FarEnd';
import type { Owner, TrackedSend } from './Owner';

/** What must be true of all sends of an owner at the end of every test. */
export function findMistakes<Tx, Rx, Ack>(
  { sends }: Owner<Tx, Rx, Ack>,
  far: FarEnd<Tx, Rx>,
  fixture: ControllerFixture<Tx, Rx, Ack>,
): string[] {
  const arrived = far.counter();
  // Only then a tx-done says more than that the message was handed over.
  const promised = fixture.takenWhenReceived === true || far.canFinish;
  return sends.flatMap((send) => {
    const { n, message, outcomes, left } = send;
    const name = n === undefined ? 'a sample' : `message ${n}`;
    const mistakes: string[] = [];
    if (outcomes.length !== (left ? 0 : 1)) mistakes.push(`the sender of ${name} was told ${outcomes.join(' and ') || 'nothing'}`);
    // Samples may be equal to each other, so they cannot be counted.
    if (n === undefined) return mistakes;
    if (!equal(message, fixture.message(n))) mistakes.push(`${name} was changed by sending it`);
    const count = arrived.count(message);
    if (count > 1) mistakes.push(`${name} arrived ${count} times`);
    if (send.delivery === 'not-sent' && count > 0) mistakes.push(`${name} arrived although it was not sent`);
    if (outcomes[0] === 'ok') mistakes.push(...mistakesOfOk(send, name, count, promised, fixture));
    return mistakes;
  });
}

/** Whether everything has arrived that its senders were told ok about. Samples may be equal to each other, so they cannot be counted. */
export function hasArrived<Tx, Rx, Ack>({ sends }: Owner<Tx, Rx, Ack>, far: FarEnd<Tx, Rx>): boolean {
  const told = sends.filter(({ n, outcomes }) => n !== undefined && outcomes[0] === 'ok');
  // Cheaper than a look at each of them.
  if (told.length > far.arrived.length) return false;
  const arrived = far.counter();
  return told.every(({ message }) => arrived.count(message) > 0);
}

function mistakesOfOk<Tx, Rx, Ack>(
  { message, wasTaken, ack }: TrackedSend<Tx>,
  name: string,
  count: number,
  promised: boolean,
  fixture: ControllerFixture<Tx, Rx, Ack>,
): string[] {
  const mistakes: string[] = [];
  if (count === 0) mistakes.push(`the sender of ${name} was told ok, and it never arrived as it was`);
  if (promised && !wasTaken) mistakes.push(`the sender of ${name} was told ok before it had been taken`);
  if (fixture.ack && !equal(ack, fixture.ack(message))) mistakes.push(`the sender of ${name} was told the ack of another`);
  return mistakes;
}
