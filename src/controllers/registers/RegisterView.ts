import type { Observable } from 'rxjs';
import { assertInteger, assertNumber } from '../../contract/checks';
import type { Register } from './RegisterMap';
import { LOST, SPURIOUS, type RegisterMemory } from './RegisterMemory';

const MAX_WORD = 2 ** 32 - 1;

/** The registers as one bus master sees them. */
export class RegisterView {
  constructor(
    private readonly memory: RegisterMemory,
    private readonly agent: number,
  ) {}

  read32(offset: number): number {
    const { memory } = this;
    const read = this.register(offset)?.read;
    return read ? read(memory.access, offset, this.agent) >>> 0 : memory.access.load(offset);
  }

  write32(offset: number, value: number): void {
    const { memory } = this;
    const write = this.register(offset)?.write;
    assertInteger('value', value, 0, MAX_WORD);
    if (write) write(memory.access, offset, value, this.agent);
    else memory.access.store(offset, value);
    memory.afterWrite();
  }

  interrupt$(line = 0): Observable<void> {
    return this.memory.line(line).interrupts$;
  }

  as(agent: number): RegisterView {
    assertInteger('agent', agent, 0);
    return new RegisterView(this.memory, agent);
  }

  raise(line = 0): void {
    this.memory.line(line);
    this.memory.set(line, SPURIOUS, 1);
  }

  lose(line: number, causes: number): void {
    this.memory.line(line);
    assertInteger('causes', causes, 0, MAX_WORD);
    this.memory.set(line, LOST, causes);
  }

  private register(offset: number): Register | undefined {
    const { map } = this.memory;
    assertNumber('offset', offset, `a multiple of 4, from 0 to ${map.size - 4}`, (n) => n >= 0 && n < map.size && n % 4 === 0);
    return map.register?.(offset);
  }
}
