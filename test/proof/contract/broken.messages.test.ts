import { describeBrokenDevices, good, tagged, type Held } from './BrokenDevice';

describeBrokenDevices('messages', [
  [
    'loses a message and emits its tx-done',
    tagged,
    {
      arrive(held: Held) {
        if (held.token % 7 === 0) held.link.txDone({ token: held.token, ack: `ack of ${String(held.message)}` });
        else good.arrive.call(this, held);
      },
    },
    /told ok, and it never arrived as it was/,
  ],
  [
    'loses a message and its tx-done',
    tagged,
    {
      arrive(held: Held) {
        if (held.token % 7 !== 0) good.arrive.call(this, held);
      },
    },
    /waited in vain for: .*\nchannel 0: 100 sent/,
  ],
  [
    'delivers a message twice',
    tagged,
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        if (held.token % 7 === 0) this.arrived.push(held.message);
        if (held.token % 7 === 0) this.held.push(held);
      },
    },
    /arrived 2 times/,
  ],
  [
    'delivers messages in another order',
    { ...tagged, window: 2 },
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        if (held.token % 2 === 1 || this.arrived.length < 2) return;
        for (const list of [this.arrived, this.held] as unknown[][]) list.push(...list.splice(-2).reverse());
      },
    },
    /what arrived: /,
  ],
  [
    'receives in another order',
    tagged,
    {
      deliver(message: unknown) {
        const late = (this as unknown as { late: unknown[] }).late;
        late.push(message);
        if (late.length === 2) for (const each of late.splice(0).reverse()) good.deliver.call(this, each);
      },
      late: [],
    },
    /what was received|waited in vain/,
  ],
]);
