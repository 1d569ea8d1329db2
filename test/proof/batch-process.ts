import { writeFileSync } from 'node:fs';
import { type Batch, playBatch } from './batch.ts';

/**
 * One batch in a process of its own, so that what it leaves in memory ends with it, and what it breaks is its own.
 *
 *   node test/proof/batch-process.ts '<batch as JSON>' <file for the result>
 */
const [batch = '', result = ''] = process.argv.slice(2);
const told = await playBatch(JSON.parse(batch) as Batch, (line) => void process.stdout.write(`${line}\n`));
writeFileSync(result, JSON.stringify(told));
