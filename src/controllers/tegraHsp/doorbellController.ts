import { assertInteger, assertObject } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import { DoorbellLink } from './DoorbellLink';
import { Doorbells } from './Doorbells';
import type { HspBlock } from './HspBlock';
import type { HspDoorbell } from './HspDoorbell';
import { DOORBELL_LINE } from './layout';
import { parseCells, parseSpecifier } from './parseSpecifier';

/** How many bits ENABLE and PENDING have, one for each bus master. */
const MASTERS = 32;

export interface DoorbellSettings {
  readonly doorbells?: Readonly<Record<string, HspDoorbell>>;
  readonly self?: string;
  readonly doorbellLine?: number;
  readonly checkDoorbells?: boolean;
}

const known: Readonly<Record<string, HspDoorbell>> = { ccplex: { index: 1, master: 17 }, bpmp: { index: 3, master: 19 } };

/** The doorbells; a channel's index is the bus master that it rings. */
export function doorbellController<Ring>(
  block: HspBlock,
  settings: DoorbellSettings,
): Omit<MailboxController<Ring, void, void>, 'correlation'> {
  const { name, dimensions } = block;
  const { doorbells: all = known, self = 'ccplex', checkDoorbells = true } = settings;
  assertObject('doorbells', all);
  for (const [which, { index, master }] of Object.entries(all)) {
    assertInteger(`doorbells.${which}.index`, index, 0);
    assertInteger(`doorbells.${which}.master`, master, 0, MASTERS - 1);
  }
  const own = all[self];
  if (own === undefined) throw new RangeError(`self is '${self}'; expected ${list(all)}`);
  const { doorbellLine = DOORBELL_LINE(own.index) } = settings;
  assertInteger('doorbellLine', doorbellLine, 0);
  const bells = new Doorbells(block, own, checkDoorbells, doorbellLine);
  return {
    name: `${name}-doorbells`,
    channelCount: MASTERS,
    txDone: 'ack',
    translate(which) {
      if (typeof which === 'number') assertInteger('which', which, 0, 2 ** 32 - 1);
      const target = typeof which === 'number' ? parseCells(0, which) : parseSpecifier(which);
      if (target.type === 'mailbox') throw new RangeError(`which is '${which}', a mailbox; expected a doorbell`);
      const { doorbell } = target;
      const found = typeof doorbell === 'string' ? all[doorbell] : Object.values(all).find(({ master }) => master === doorbell);
      if (found === undefined) throw new RangeError(`which is '${which}'; expected one of the doorbells ${list(all)}`);
      return found.master;
    },
    open(master) {
      const found = Object.entries(all).find(([, doorbell]) => doorbell.master === master);
      if (found === undefined) throw new RangeError(`no doorbell of master ${master} is known; expected one of ${list(all)}`);
      for (const { index } of [own, found[1]]) {
        if (index >= dimensions.doorbells) throw new Error(`${name} has ${dimensions.doorbells} doorbells, and none with index ${index}`);
      }
      return new DoorbellLink(bells, found[1], `${name} db:${found[0]}`);
    },
  };
}

function list(all: Readonly<Record<string, HspDoorbell>>): string {
  return Object.entries(all)
    .map(([name, { master }]) => `'db:${name}' (${master})`)
    .join(', ');
}
