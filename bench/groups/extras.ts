import { inContext, txTap } from 'rx-mailbox';
import { microtask } from '../contenders/QueueSetting';
import { rxMailbox, type BenchChannel, type Extras } from '../contenders/rxMailbox';
import type { Contender } from '../measure/Contender';
import type { Sender } from '../measure/Load';
import type { Measure } from '../Measured';
import { timed } from './timed';

const setting = { hop: microtask, window: 1, senders: 20 };
const ignore = (): void => undefined;
const here = (run: () => void): void => run();

function withExtras(what: string, extras: Extras): Contender {
  return rxMailbox(`rx-mailbox, ${what}`, setting, undefined, extras);
}

function withOperator(what: string, makeSend: (channel: BenchChannel) => (sender: Sender) => void): Contender {
  return rxMailbox(`rx-mailbox, ${what}`, setting, makeSend);
}

/** What it costs that an option is given, where it has nothing to do; and what the operators cost that only look on. */
export const extras: Measure = (context) => {
  const tap = txTap({ sent: ignore });
  const same = inContext(() => here);
  return timed(
    [
      rxMailbox('rx-mailbox', setting),
      withExtras("whileDown: 'fail'", { channel: { whileDown: 'fail' } }),
      withExtras("overflow: 'drop-oldest'", { channel: { overflow: 'drop-oldest' } }),
      withExtras('latest, no keys', { channel: { latest: ignore } }),
      withExtras('latest, a key each', { channel: { latest: (message) => message } }),
      withExtras('a shared window', { controller: { sharedWindow: 1 } }),
      withExtras('nextChannel', { controller: { nextChannel: ([first]) => first } }),
      withOperator('txTap', (channel) => (sender) => channel.send(sender.message).pipe(tap).subscribe(sender)),
      withOperator('inContext', (channel) => (sender) => channel.send(sender.message).pipe(same).subscribe(sender)),
    ],
    context,
  );
};
