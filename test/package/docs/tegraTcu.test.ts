import fc from 'fast-check';
import { Subject, VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';
import { END_OF_TRANSMISSION, Shell } from '../../../docs/examples/tegra-tcu/shell';
import { TcuConsole } from '../../../docs/examples/tegra-tcu/TcuConsole';
import { decodeWord, encodeText, encodeWord, textReader } from '../../../docs/examples/tegra-tcu/tcuWord';
import { thrown } from '../../support/errorOf';
import { runExample } from './runExample';

const bytes = fc.uint8Array({ maxLength: 3 });
const text = fc.string({ unit: 'binary', maxLength: 40 });

describe('a word of the TCU', () => {
  it.each([
    ['three bytes, the first one lowest', { bytes: Uint8Array.of(0x61, 0x62, 0x63) }, 0x03_63_62_61],
    ['one byte', { bytes: Uint8Array.of(0xff) }, 0x01_00_00_ff],
    ['one byte, which is a zero', { bytes: Uint8Array.of(0) }, 0x01_00_00_00],
    ['nothing', { bytes: Uint8Array.of() }, 0],
    ['nothing, and a flush', { bytes: Uint8Array.of(), flush: true }, 0x04_00_00_00],
    ['nothing, and a flush of the hardware', { bytes: Uint8Array.of(), hardwareFlush: true }, 0x08_00_00_00],
    ['all of it', { bytes: Uint8Array.of(0xff, 0xff, 0xff), flush: true, hardwareFlush: true }, 0x0f_ff_ff_ff],
  ])('carries %s', (_, packet, word) => {
    expect(encodeWord(packet)).toBe(word);
    expect(decodeWord(word)).toEqual({ flush: false, hardwareFlush: false, ...packet });
  });

  it('is read as it was made, and has 28 bits', () => {
    fc.assert(
      fc.property(fc.record({ bytes, flush: fc.boolean(), hardwareFlush: fc.boolean() }), (packet) => {
        const word = encodeWord(packet);
        expect(word).toBeLessThan(2 ** 28);
        expect(decodeWord(word)).toEqual(packet);
      }),
    );
  });

  it('is made as it was read, but for bytes that it does not count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 28 - 1 }), (word) => {
        const counted = [0x0c_00_00_00, 0x0d_00_00_ff, 0x0e_00_ff_ff, 0x0f_ff_ff_ff][(word >>> 24) & 3]!;
        // Both flags, the count, and so many bytes.
        expect(encodeWord(decodeWord(word))).toBe(word & counted);
      }),
    );
  });

  it('has no room for a fourth byte', () => {
    expect(thrown(() => encodeWord({ bytes: new Uint8Array(4) }))).toEqual(new RangeError('bytes has 4 bytes; expected at most 3'));
  });

  it.each([
    [2 ** 28, 'word is 0x10000000; expected bits 28 to 30 to be 0'],
    [2 ** 31 - 1, 'word is 0x7fffffff; expected bits 28 to 30 to be 0'],
    [2 ** 31, 'word is 2147483648; expected an integer of 31 bits'],
    [-1, 'word is -1; expected an integer of 31 bits'],
    [0.5, 'word is 0.5; expected an integer of 31 bits'],
    [NaN, 'word is NaN; expected an integer of 31 bits'],
  ])('is not %p', (word, message) => {
    expect(thrown(() => decodeWord(word))).toEqual(new RangeError(message));
  });
});

describe('a text in words', () => {
  it('is in order, and only its last word flushes', () => {
    expect(encodeText('Hello').map((word) => word.toString(16))).toEqual(['36c6548', '6006f6c']);
  });

  it('that is empty is one word that flushes', () => {
    expect(encodeText('')).toEqual([0x04_00_00_00]);
  });

  it('takes as few words as there can be', () => {
    fc.assert(
      fc.property(text, (content) => {
        const words = encodeText(content).map(decodeWord);
        expect(words).toHaveLength(Math.max(1, Math.ceil(new TextEncoder().encode(content).length / 3)));
        expect(words.map(({ flush }) => flush)).toEqual(words.map((_, i) => i === words.length - 1));
      }),
    );
  });

  it('is read as it was written, however it was divided', () => {
    fc.assert(
      fc.property(fc.array(text), (contents) => {
        const read = textReader();
        const written = contents.map((content) => encodeText(content).map(read).join(''));
        expect(written).toEqual(contents);
      }),
    );
  });

  it('is read from words that are not full, too', () => {
    fc.assert(
      fc.property(text, (content) => {
        const read = textReader();
        const words = Array.from(new TextEncoder().encode(content), (byte) => encodeWord({ bytes: Uint8Array.of(byte) }));
        expect(words.map(read).join('')).toBe(content);
      }),
    );
  });

  it('has a character when all of its bytes are there', () => {
    const read = textReader();
    expect(encodeText('ab🙂').map(read)).toEqual(['ab', '🙂']);
  });

  it('may begin with what looks like a byte order mark', () => {
    expect(encodeText('\ufeffa').map(textReader()).join('')).toBe('\ufeffa');
  });

  it('has a replacement for what is no UTF-8', () => {
    const read = textReader();
    expect(read(encodeWord({ bytes: Uint8Array.of(0x61, 0xff, 0x62) }))).toBe('a\ufffdb');
  });
});

describe('a console', () => {
  function connected(): [TcuConsole, TcuConsole] {
    const [a, b] = createLoopback<number>({ channelCount: 2 });
    const [near, far] = [new Mailbox(a), new Mailbox(b)];
    return [new TcuConsole(near.requestChannel(0), near.requestChannel(1)), new TcuConsole(far.requestChannel(1), far.requestChannel(0))];
  }

  it('carries text both ways', async () => {
    const [near, far] = connected();
    const seen: string[] = [];
    const over = new Subject<void>();
    far.text$.subscribe((piece) => seen.push(piece));
    near.text$.subscribe((piece) => seen.push(piece));
    near.write('ping, ').subscribe({ complete: () => far.write('pong').subscribe(over) });
    await new Promise<void>((done) => over.subscribe({ complete: done }));
    expect(seen.join('')).toBe('ping, pong');
    near.close();
    far.close();
  });

  it('ends with an error at a word that is none', () => {
    const controller = new ScriptedController<number>({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const line = new TcuConsole(mailbox.requestChannel(0), mailbox.requestChannel(1));
    const seen: unknown[] = [];
    line.text$.subscribe({ next: (text) => seen.push(text), error: (error) => seen.push(error) });
    for (const word of [0x01_00_00_61, 0x7f_61_62_63, 0x01_00_00_62]) controller.link(1).received(word);
    expect(seen).toEqual(['a', new RangeError('word is 0x7f616263; expected bits 28 to 30 to be 0')]);
  });

  it('says when nobody takes what is written, and what was not sent stays unsent', () => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController<number>({ channelCount: 2, correlation: 'untagged' });
    const mailbox = new Mailbox(controller, { scheduler });
    const line = new TcuConsole(mailbox.requestChannel(0), mailbox.requestChannel(1));
    const errors: unknown[] = [];
    line.write('two words').subscribe({ error: (error: unknown) => errors.push({ error, at: scheduler.now() }) });
    controller.link(0).txDoneOldest();
    scheduler.flush();
    expect(errors).toMatchObject([{ error: { code: 'ETIME', delivery: 'unknown' }, at: 1000 }]);
    expect(controller.link(0).sent).toHaveLength(2);
  });
});

describe('the shell', () => {
  const session = ['echo a  b ', '', ' count ', 'ECHO x', 'echo', 'toString'].map((line) => `${line}\n`).join('');
  const said = [
    'a  b ',
    '> > 0 characters, 0 bytes',
    '> ECHO: no such command; try help',
    '> ',
    '> toString: no such command; try help',
    '> ',
  ].join('\n');

  it('answers line by line, however the text comes in pieces', () => {
    expect(new Shell().read(session)).toEqual({ text: said, ended: false });
    const shell = new Shell();
    expect(Array.from(session, (character) => shell.read(character).text).join('')).toBe(said);
  });

  it('takes a carriage return with the end of a line', () => {
    expect(new Shell().read('echo a\r\n').text).toBe('a\n> ');
  });

  it.each(['exit\n', END_OF_TRANSMISSION])('ends with %p, and reads no further', (end) => {
    const shell = new Shell();
    expect(shell.read(`${end}echo a\n`)).toEqual({ text: 'Bye.\n', ended: true });
    expect(shell.read('echo a\n')).toEqual({ text: '', ended: true });
  });
});

describe('the example', () => {
  it('carries a text of thousands of words to the other thread and back, and ends with its input', async () => {
    const long = Array.from({ length: 2000 }, (_, n) => `${n} käyttäjää 🙂`).join(', ');
    expect(await runExample('docs/examples/tegra-tcu.ts', { input: [`echo ${long}`] })).toEqual(['Ready.', `> ${long}`, '> Bye.']);
  });

  it('ends when the other processor ends it', async () => {
    const printed = await runExample('docs/examples/tegra-tcu.ts', { input: ['exit'], inputEnds: false });
    expect(printed).toEqual(['Ready.', '> Bye.']);
  });

  it('hangs up when the other processor takes nothing any more', async () => {
    await expect(runExample('docs/examples/tegra-tcu.ts', { input: ['echo a', 'hang', 'echo b'] })).rejects.toMatchObject({
      code: 1,
      // It hangs with what it has not written yet; how much that is depends on the threads.
      stdout: expect.stringMatching(/^Rea/) as string,
      stderr: 'the other processor: no tx-done within 1000 ms (total; unknown)\n',
    });
  });
});
