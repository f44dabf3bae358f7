import { read } from './markdown';
import { runExample } from './runExample';

const ZEROS = `${'00 '.repeat(16)} ${'.'.repeat(16)}`;
const run = (controller: string, input: string[]): Promise<string[]> =>
  runExample('docs/examples/mailbox-test.ts', { args: ['--controller', controller], input });

/** What is read where memory of 128 bytes is shown. */
const area = (first: string): string[] => [first, ...Array.from({ length: 7 }, () => ZEROS)];

// The default, the loopback, is in the example itself.
describe('docs/examples/mailbox-test.ts', () => {
  it('tries the HSP: a word signals, and the message is in memory', async () => {
    const input = ['message too long', 'signal go!', 'message too long', 'read', 'signal long', 'message a', 'message b', 'read'];
    expect(await run('hsp', input)).toEqual([
      'failed: 8 bytes for a word; expected at most 3, as a signal if the message is longer',
      'set',
      'taken',
      ...area('54 4f 4f 20 4c 4f 4e 47 00 00 00 00 00 00 00 00  TOO LONG........'),
      'set',
      'failed: 4 bytes for a word; expected at most 3, as a signal if the message is longer',
      'taken',
      ...area('42 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  B...............'),
    ]);
  });

  it('tries the VCP: the signal is the pin', async () => {
    const input = ['message pin 0', 'read', 'signal 31', 'message pin 31', 'read', 'signal 32', 'message pin 32'];
    expect(await run('vcp', input)).toEqual([
      'taken',
      ...area('50 49 4e 20 30 00 00 00 00 00 00 00 00 00 00 00  PIN 0...........'),
      'set',
      'taken',
      ...area('50 49 4e 20 33 31 00 00 00 00 00 00 00 00 00 00  PIN 31..........'),
      'set',
      'failed: pin is 32; expected an integer from 0 to 31',
    ]);
  });

  it.each(['hsp', 'vcp'])('%s: the other side hangs, and what it takes too late is answered too late', async (controller) => {
    const input = ['stop', 'message one', 'message two', 'read', 'start', 'read', 'message 0x746872656521', 'message six', 'read'];
    const [late, last] = [
      '4f 4e 45 00 00 00 00 00 00 00 00 00 00 00 00 00  ONE.............',
      '53 49 58 00 00 00 00 00 00 00 00 00 00 00 00 00  SIX.............',
    ];
    expect(await run(controller, input)).toEqual([
      'stopped',
      'failed: no tx-done within 500 ms (total; unknown)',
      'failed: no tx-done within 500 ms (total; not-sent)',
      'nothing received',
      'started',
      ...area(late),
      controller === 'vcp' ? 'taken' : 'failed: 6 bytes for a word; expected at most 3, as a signal if the message is longer',
      'taken',
      ...area(last),
    ]);
  });

  it('says what the guide says', async () => {
    const [, session] = /```text\n([^]*?)\n```/.exec(read('docs/guides/mailbox-test.md'))!;
    const lines = session!.split('\n');
    const isTyped = (line: string): boolean => line.startsWith('hsp> ');
    const typed = lines.filter(isTyped).map((line) => line.slice('hsp> '.length));
    expect(typed).toContain('message Hello, mailbox!');
    expect(await run('hsp', typed)).toEqual(lines.filter((line) => !isTyped(line)));
  });

  it('helps', async () => {
    expect(await run('loopback', ['', 'hello', 'help', 'quit', 'help'])).toEqual([
      'hello: no such command; try help',
      'signal DATA    the signal of the next message, up to 8 bytes',
      'message DATA   sends a message, up to 128 bytes',
      'read           shows the latest message that was received',
      'stop, start    makes the other side hang, and go on',
      'quit',
      'DATA is text, or bytes as 0x48656c6c6f',
    ]);
  });

  it.each(['loopback', 'hsp', 'vcp'])('%s: ends when it is told to', async (controller) => {
    const options = { args: ['--controller', controller], input: ['message hi!', 'quit'], inputEnds: false };
    const printed = await runExample('docs/examples/mailbox-test.ts', options);
    expect(printed).toEqual(['taken']);
  });

  it('ends with its input, also without any', async () => {
    expect(await run('hsp', [])).toEqual(['']);
  });

  it('says which controllers there are', async () => {
    await expect(run('uart', [])).rejects.toMatchObject({ code: 1, stderr: '--controller is uart; expected loopback, hsp, vcp\n' });
  });
});
