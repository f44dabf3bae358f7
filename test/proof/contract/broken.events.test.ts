import { describeBrokenDevices, good, ordered, tagged, untagged, type Held, type Link } from './BrokenDevice';

describeBrokenDevices('what is given back, progress, and shared windows', [
  [
    'gives back what it has taken',
    tagged,
    {
      sendBack(token: number, link: Link) {
        good.arrive.call(this, link.sent.filter((sent) => sent.token === token).map((sent) => ({ ...sent, link, epoch: 0 }))[0]!);
        good.sendBack.call(this, token, link);
      },
    },
    /how many have arrived|arrived \d+ times/,
  ],
  [
    'gives a message back, and says its tx-done, too',
    tagged,
    {
      report(held: Held, done: object) {
        good.report.call(this, held, done);
        held.link.giveBack(held.token);
      },
    },
    /says refused of a message that has had its tx-done/,
  ],
  [
    'gives back a message that it was never given',
    tagged,
    {
      sendBack(token: number, link: Link) {
        good.sendBack.call(this, token + 1000, link);
      },
    },
    /says refused of a message that is not in flight/,
  ],
  [
    'does not say that there is room again after it has given a message back',
    tagged,
    {
      unblock() {
        Object.assign(this, { returns: false });
        this.link.refuse(0);
      },
    },
    /waited in vain/,
  ],
  [
    'says progress of another message',
    tagged,
    {
      progress(nth: number) {
        this.link.progress(this.held[nth]!.token + 1000);
      },
    },
    /says progress of a message that it was never given/,
  ],
  [
    'says progress by a tx-done',
    tagged,
    {
      progress(nth: number) {
        this.link.progress(this.held[nth]!.token);
        this.report(this.held[nth]!, { ack: `ack of ${String(this.held[nth]!.message)}` });
      },
    },
    /what the senders were told by a sign of progress/,
  ],
  [
    'says nothing of progress',
    untagged,
    {
      progress() {
        // Nothing.
      },
    },
    /waited in vain for: the controller says progress/,
  ],
  [
    'says a tx-done again without its token',
    untagged,
    {
      repeat() {
        this.link.txDone();
      },
    },
    /how many of the others wait, after the first tx-done was said again/,
  ],
  [
    'says up twice',
    ordered,
    {
      restore() {
        good.restore.call(this);
        this.link.up();
      },
    },
    /says up, and it has not been down since/,
  ],
  [
    'uses the buffer of an ack again at the next hand-over',
    tagged,
    {
      report({ link, token, message }: Held) {
        link.txDone({ token, ack: Object.assign(shownAck, { text: `ack of ${String(message)}` }) });
      },
    },
    /the acks, after the next hand-overs/,
  ],
  [
    'says the tx-done of one channel on the other one',
    { ...ordered, sharedWindow: 2 },
    {
      report(_held: Held, done: object) {
        this.controller.links
          .filter(({ stopped }) => stopped === 0)
          .at(-1)!
          .txDone(done);
      },
    },
    /txDone, and nothing is in flight|before it had been taken|waited in vain/,
  ],
]);

const shownAck = { text: '' };
