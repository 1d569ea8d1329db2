import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XMLParser } from 'fast-xml-parser';

/**
 * Runs the checks and tests of all parts and ends with one line over all of them.
 *
 *   node test/run.ts            everything
 *   node test/run.ts --check    without the browser and the real store
 *
 * A static check counts as one test. Whatever is skipped is named with its reason before the last line.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-output', 'results');
const quick = process.argv.includes('--check');

interface Outcome {
  passed: number;
  failed: number;
  skipped: string[];
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const total: Outcome = { passed: 0, failed: 0, skipped: [] };
const failures: string[] = [];

function add(name: string, outcome: Outcome): void {
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped.push(...outcome.skipped);
  if (outcome.failed > 0) failures.push(name);
}

/** Runs a command with its output shown; the exit code. */
function run(command: string, args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<number> {
  process.stdout.write(`\n> ${[command.replace(`${root}node_modules/.bin/`, ''), ...args].join(' ')}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...options.env },
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function check(name: string, command: string, args: string[], cwd = root): Promise<void> {
  const code = await run(command, args, { cwd });
  add(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] });
}

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

async function vitest(name: string, args: string[]): Promise<void> {
  const file = join(results, `${name}.json`);
  const code = await run(bin('vitest'), [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ]);
  if (!existsSync(file)) return add(name, { passed: 0, failed: 1, skipped: [] });
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const tests = report.testResults.flatMap((suite) =>
    suite.assertionResults.map((test) => ({ ...test, file: suite.name.replace(root, '') })),
  );
  const count = (...statuses: string[]) => tests.filter((test) => statuses.includes(test.status)).length;
  const skipped = tests.filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status));
  const failed = count('failed');
  // A file that did not load has no tests: its failure shows in the exit code only.
  add(name, {
    passed: count('passed'),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: skipped.map((test) => `${test.file}: ${test.fullName}`),
  });
}

interface VitestReport {
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

async function phpunit(): Promise<void> {
  if (!has('php') || !has('phpunit')) {
    return add('phpunit', {
      passed: 0,
      failed: 0,
      skipped: ['test/plugin: PHP or PHPUnit is not installed (apt-get install php-cli phpunit)'],
    });
  }
  const file = join(results, 'phpunit.xml');
  const suite = quick ? ['--testsuite', 'unit'] : [];
  const code = await run('phpunit', ['-c', 'test/plugin/phpunit.xml', '--log-junit', file, ...suite]);
  if (!existsSync(file)) return add('phpunit', { passed: 0, failed: 1, skipped: [] });
  const parsed = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  }).parse(readFileSync(file, 'utf8')) as { testsuites?: Suite };
  const cases = casesOf(parsed.testsuites ?? {});
  const skipped = cases.filter((test) => 'skipped' in test);
  const failed = cases.filter((test) => 'failure' in test || 'error' in test || 'warning' in test).length;
  add('phpunit', {
    passed: cases.length - skipped.length - failed,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: skipped.map((test) => `test/plugin: ${test.class} ${test.name} (reason above)`),
  });
}

interface Suite {
  testsuite?: Suite[];
  testcase?: Record<string, string>[];
}
const casesOf = (suite: Suite): Record<string, string>[] => [
  ...(suite.testcase ?? []),
  ...(suite.testsuite ?? []).flatMap(casesOf),
];

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await check('format and lint', bin('biome'), ['ci', '.']);
await check('types', bin('tsc'), ['-p', '.']);
await check('types of the admin page', bin('tsc'), ['-p', 'admin-ui']);
await check('dependency rules', bin('depcruise'), ['sidecar', '--config', '.dependency-cruiser.cjs']);
if (existsSync(join(root, 'plugin/vendor/bin/phpstan'))) {
  await check('phpstan', 'plugin/vendor/bin/phpstan', [
    'analyse',
    '-c',
    'plugin/phpstan.neon.dist',
    '--no-progress',
    '--memory-limit=1G',
  ]);
} else {
  add('phpstan', { passed: 0, failed: 0, skipped: ['phpstan: not installed (composer install --working-dir=plugin)'] });
}
if (!quick) await check('build of the admin page', 'npm', ['run', '--silent', 'build']);
await vitest('vitest', quick ? ['--exclude', 'test/e2e/**', '--exclude', 'test/store/**'] : []);
await phpunit();

if (total.skipped.length > 0) process.stdout.write(`\nSkipped:\n${total.skipped.map((name) => `- ${name}`).join('\n')}\n`);
if (failures.length > 0) process.stdout.write(`\nFailed: ${failures.join(', ')}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
