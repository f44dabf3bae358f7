import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { hspRegisters } from 'rx-mailbox/testing';

/** Lets this much time of a mailbox go by. */
function pass(scheduler: VirtualTimeScheduler, ms: number): void {
  scheduler.maxFrames = scheduler.frame + ms;
  scheduler.flush();
  scheduler.frame = scheduler.maxFrames;
}

// A link that had a clock of its own would wait for real time here, and these tests would not end as they do.
describe('the time of a link is that of its mailbox', () => {
  it('the latency of a loopback', async () => {
    const scheduler = new VirtualTimeScheduler();
    const [a, b] = createLoopback<string>({ latency: 1000 });
    const messages: string[] = [];
    new Mailbox(b, { scheduler }).requestChannel(0).subscribe((message) => messages.push(message));
    const sender = new Mailbox(a, { scheduler }).requestChannel(0);
    // The ends find each other when the current code has ended, which is no matter of time.
    await Promise.resolve();
    sender.next('A');
    pass(scheduler, 999);
    expect(messages).toEqual([]);
    pass(scheduler, 1);
    expect(messages).toEqual(['A']);
  });

  it('the polls of a flush of an HSP mailbox', () => {
    const scheduler = new VirtualTimeScheduler();
    const map = hspRegisters('tegra234');
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17 });
    const { mailboxes } = createTegraHsp(registers, { variant: 'tegra234', pollPeriod: 500 });
    const channel = new Mailbox(mailboxes, { scheduler }).requestChannel('sm:0:tx');
    let flushed = false;
    channel.next(1);
    channel.flush(10_000).subscribe({ complete: () => (flushed = true) });
    // The other processor reads the mailbox, and no interrupt comes.
    registers.write32(0x10000, 0);
    pass(scheduler, 499);
    expect(flushed).toBe(false);
    pass(scheduler, 1);
    expect(flushed).toBe(true);
    channel.close();
  });
});
