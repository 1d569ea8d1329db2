import { expect, it } from 'vitest';
import { sqliteDropInZip } from './sources.ts';
import { packZip, unpackZip } from './zip.ts';

const entry = (name: string, text: string) => ({ name, data: Buffer.from(text) });

it('gives back what it packed, sorted by name, names and bytes alike', () => {
  const packed = packZip([entry('b/ä.txt', 'x'.repeat(100_000)), entry('a.php', ''), entry('b/a.bin', '\0\xff')]);
  expect(packed.length).toBeLessThan(2_000);
  expect(unpackZip(packed).map(({ name, data }) => [name, data.toString().length])).toEqual([
    ['a.php', 0],
    ['b/a.bin', 2],
    ['b/ä.txt', 100_000],
  ]);
});

it('packs the same files to the same bytes, in whatever order they come', () => {
  const [a, b] = [entry('a', '1'), entry('b', '2')];
  expect(packZip([a, b]).equals(packZip([b, a]))).toBe(true);
});

it('unpacks an archive that another program made', () => {
  const files = unpackZip(sqliteDropInZip());
  const dropIn = files.find(({ name }) => name.endsWith('/db.copy'));
  expect(dropIn?.data.toString()).toContain('SQLITE_IMPLEMENTATION_FOLDER_PATH');
});

it('refuses a damaged archive, one that is none, and names that leave the folder', () => {
  const packed = packZip([entry('a.txt', 'hello hello hello')]);
  const damaged = Buffer.from(packed);
  damaged[14] = (damaged[14] ?? 0) ^ 1; // the checksum in the local header is not read; the one in the directory is
  const directory = damaged.lastIndexOf(Buffer.from('PK\x01\x02'));
  damaged[directory + 16] = (damaged[directory + 16] ?? 0) ^ 1;
  expect(() => unpackZip(damaged)).toThrow('wrong checksum');
  expect(() => unpackZip(Buffer.from('<html>404</html>'))).toThrow('Not a zip archive');
  expect(() => unpackZip(packZip([entry('a/../../b', '')]))).toThrow('leaves its folder');
  expect(() => unpackZip(packZip([entry('/etc/b', '')]))).toThrow('leaves its folder');
});
