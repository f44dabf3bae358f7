import { firstValueFrom, of, timeout } from 'rxjs';
import type { Device } from './devices';

const HELP = [
  'signal DATA    the signal of the next message, up to 8 bytes',
  'message DATA   sends a message, up to 128 bytes',
  'read           shows the latest message that was received',
  'stop, start    makes the other side hang, and go on',
  'quit',
  'DATA is text, or bytes as 0x48656c6c6f',
].join('\n');

const PATIENCE = 500; // ms

type Command = (device: Device, argument: string) => string | Promise<string>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['help', () => HELP],
  [
    'signal',
    ({ test }, argument) => {
      test.signal(toData(argument));
      return 'set';
    },
  ],
  ['message', ({ test }, argument) => firstValueFrom(test.message(toData(argument))).then(() => 'taken')],
  ['read', ({ test }) => firstValueFrom(test.read().pipe(timeout({ first: PATIENCE, with: () => of('nothing received') })))],
  [
    'stop',
    (device) => {
      device.stop();
      return 'stopped';
    },
  ],
  [
    'start',
    (device) => {
      device.start();
      return 'started';
    },
  ],
]);

/** What there is to say to one line; never rejects. */
export async function execute(device: Device, line: string): Promise<string> {
  const [, name = '', argument = ''] = /^\s*(\S*)\s?(.*)$/.exec(line) ?? [];
  const command = commands.get(name);
  if (!command) return `${name}: no such command; try help`;
  try {
    return await command(device, argument);
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
}

function toData(argument: string): string | Uint8Array {
  if (!/^0x([0-9a-f]{2})+$/i.test(argument)) return argument;
  return Uint8Array.from(argument.slice(2).match(/../g)!, (byte) => parseInt(byte, 16));
}
