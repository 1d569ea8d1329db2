import type { Config } from '../config.ts';
import { openSnapshot } from '../store/reader.ts';
import { CommandFault, type Terminal, type Values } from './command.ts';

/** `audit verify`: reads the whole trail as it is at this moment, beside a sidecar at work. */
export function verifyAudit({ anchor }: Values, config: Config, { stdout }: Terminal): number {
  const snapshot = openSnapshot(config.dataFile);
  try {
    const { rows, head, firstBad } = snapshot.audit.verify(anchor === undefined ? undefined : anchorOf(anchor));
    if (firstBad) {
      stdout.write(`The chain breaks at entry ${firstBad.seq}: ${firstBad.why}. ${rows} entries before it are whole.\n`);
      return 1;
    }
    stdout.write(`The chain is whole: ${rows} entries. Last hash ${head}\n`);
    return 0;
  } finally {
    snapshot.close();
  }
}

function anchorOf(text: string): { seq: number; hash: string } {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (!seq || !hash) throw new CommandFault(`--anchor takes SEQ:HASH as the log shows them, not "${text}".`);
  return { seq: Number(seq), hash: hash.toLowerCase() };
}
