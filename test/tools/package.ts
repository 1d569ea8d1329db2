import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePlugin } from '../store/package-plugin.ts';

/**
 * npm run package: dist/ar-bridge.zip, the plugin, and dist/ar-bridge-sidecar.tgz, the sidecar as plain JavaScript with its production
 * dependencies named (npm install -g ar-bridge-sidecar.tgz, or unpack and npm install --omit=dev).
 */
const root = join(import.meta.dirname, '..', '..');
const dist = join(root, 'dist');

function run(command: string, args: string[], cwd = root): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  return result.stdout;
}

function packageSidecar(outFile: string): void {
  const stage = mkdtempSync(join(tmpdir(), 'ar-bridge-package-'));
  try {
    // Type stripping needs Node 22.18; the product runs on 22.13, so the package holds JavaScript.
    const compile = [
      '-p',
      '.',
      '--noEmit',
      'false',
      '--allowImportingTsExtensions',
      'false',
      '--rewriteRelativeImportExtensions',
      '--outDir',
      stage,
    ];
    run(join(root, 'node_modules/.bin/tsc'), [...compile, '--rootDir', '.', '--sourceMap', 'false']);
    rmSync(join(stage, 'test'), { recursive: true, force: true });
    rmSync(join(stage, 'admin-ui'), { recursive: true, force: true });
    for (const data of ['sidecar/store/migrations', 'sidecar/sandbox/definitions', 'sidecar/sandbox/seeds']) {
      cpSync(join(root, data), join(stage, data), { recursive: true });
    }
    for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) cpSync(join(root, file), join(stage, file));
    const { version, description, license, engines, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const main = join(stage, 'sidecar/main.js');
    writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`);
    const sandbox = join(stage, 'sidecar/sandbox/main.js');
    writeFileSync(sandbox, `#!/usr/bin/env node\n${readFileSync(sandbox, 'utf8')}`);
    const manifest = {
      name: 'ar-bridge-sidecar',
      version,
      description,
      license,
      type: 'module',
      engines,
      bin: { 'ar-bridge-sidecar': 'sidecar/main.js', 'ar-bridge-sandbox': 'sidecar/sandbox/main.js' },
      files: ['sidecar', 'LICENSE', 'CHANGELOG.md'],
      dependencies,
    };
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    run('npm', ['pack', '--silent', '--pack-destination', dist], stage);
    const packed = readdirSync(dist).find((name) => /^ar-bridge-sidecar-.*\.tgz$/.test(name));
    if (!packed) throw new Error('npm pack left no file');
    renameSync(join(dist, packed), outFile);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

mkdirSync(dist, { recursive: true });
if (!existsSync(join(root, 'plugin/build/admin.js'))) run('npm', ['run', '--silent', 'build']);
const plugin = packagePlugin(join(dist, 'ar-bridge.zip'));
packageSidecar(join(dist, 'ar-bridge-sidecar.tgz'));
process.stdout.write(
  `dist/ar-bridge.zip            the plugin, ${plugin.files.length} files, ${Math.ceil(plugin.bytes / 1024)} KB\n`,
);
process.stdout.write('dist/ar-bridge-sidecar.tgz   the sidecar\n');
