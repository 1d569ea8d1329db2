import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Zip archives, written and read with node:zlib. No zip library is a direct dependency of this project, and the three places that
 * meet zips (our plugin's package, the SQLite drop-in, a downloaded WordPress) need only plain deflated entries.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
 */
export interface ZipEntry {
  /** Forward slashes; a folder ends in one. */
  name: string;
  data: Buffer;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;
const VERSION_NEEDED = 20; // 2.0: deflate and folders
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
const UTF8_NAMES = 1 << 11;
const DEFLATE = 8;
// 1980-01-01 00:00, the earliest date a zip can say: the same files give the same bytes on any day.
const DOS_TIME = 0;
const DOS_DATE = (1 << 5) | 1;
const FILE_MODE = 0o100644;

/**
 * Packs files. Entries are sorted by name and carry a fixed date and mode, so equal input gives equal bytes (for one zlib build).
 *
 * In   entries   files only, at most 65,535, each and all below 4 GB
 * Out  the archive
 */
export function packZip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const nameBytes = Buffer.from(name, 'utf8');
    const packed = deflateRawSync(data, { level: 9 });
    // Both headers share this run of fields: version, flags, method, time, date, crc, sizes, name length, extra length.
    const shared = Buffer.alloc(26);
    [VERSION_NEEDED, UTF8_NAMES, DEFLATE, DOS_TIME, DOS_DATE].forEach((value, i) => {
      shared.writeUInt16LE(value, i * 2);
    });
    [crc32(data), packed.length, data.length].forEach((value, i) => {
      shared.writeUInt32LE(value, 10 + i * 4);
    });
    shared.writeUInt16LE(nameBytes.length, 22);

    parts.push(uint32(LOCAL_HEADER), shared, nameBytes, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((FILE_MODE << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(uint32(CENTRAL_HEADER), uint16(MADE_BY_UNIX), shared, rest, nameBytes);
    offset += 4 + shared.length + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, uint32(END_OF_CENTRAL), end]);
}

/**
 * Unpacks an archive's files; folders are left out.
 *
 * Fails  throws on encrypted or zip64 archives, methods other than store and deflate, wrong checksums, and names that would
 *        leave the target folder (`../`, absolute)
 */
export function unpackZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(uint32(END_OF_CENTRAL));
  if (end < 0) throw new Error('Not a zip archive: its end record is missing.');
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('Zip archive is damaged, or zip64, which is not read here.');
    const [flags, method] = [archive.readUInt16LE(at + 8), archive.readUInt16LE(at + 10)];
    const [crc, packedSize] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    at += 46 + nameLength + extraLength + commentLength;
    if (name.endsWith('/')) continue;
    if (name.startsWith('/') || /(^|[\\/])\.\.([\\/]|$)/.test(name)) throw new Error(`Zip entry leaves its folder: "${name}"`);
    if (flags & 1 || (method !== 0 && method !== DEFLATE))
      throw new Error(`Zip entry "${name}": method ${method}, flags ${flags}`);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + packedSize);
    const data = method === DEFLATE ? inflateRawSync(packed) : Buffer.from(packed);
    if (crc32(data) !== crc) throw new Error(`Zip entry "${name}" has a wrong checksum.`);
    entries.push({ name, data });
  }
  return entries;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
