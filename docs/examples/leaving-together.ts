import { Subject, takeUntil, timer } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

// A message takes 5 ms to the device, and there is one in flight at a time.
const [near, far] = createLoopback<string>({ latency: 5 });
const device = new Mailbox(far).requestChannel(0);
const channel = new Mailbox(near).requestChannel(0, { txQueueLength: 1000 });
device.subscribe((message) => console.log(`device got "${message}"`));

// #region teardown
const fates = { 'not-sent': 0, unknown: 0, sent: 0 };
channel.txDone$.subscribe(({ error }) => (fates[error?.delivery ?? 'sent'] += 1));

const destroy$ = new Subject<void>();
for (let n = 0; n < 1000; n++) {
  channel.send(`step ${n}`).pipe(takeUntil(destroy$)).subscribe();
}

destroy$.next(); // the component is gone, and with it all that it wanted
console.log(`${fates.unknown} was in flight, ${fates['not-sent']} were never sent`);

channel.next('goodbye'); // goes out when this turn has ended

// Prints:
// 1 was in flight, 999 were never sent
// device got "step 0"
// device got "goodbye"
// #endregion teardown

timer(50).subscribe(() => channel.close());
