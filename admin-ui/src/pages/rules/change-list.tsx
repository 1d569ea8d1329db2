import { __, sprintf } from '@wordpress/i18n';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import type { RuleChanges } from '../../data/contract.ts';
import { count, instant } from '../../format.ts';
import { ruleKindLabel, settingName } from '../../labels.ts';

type Change = Omit<RuleChanges['changes'][number], 'by'> & Partial<Pick<RuleChanges['changes'][number], 'by'>>;

const TONE: Record<Change['change'], Tone> = { added: 'good', removed: 'bad', changed: 'info' };
const changeName = (change: Change['change']): string =>
  ({
    added: __('Added', 'ar-bridge'),
    removed: __('Removed', 'ar-bridge'),
    changed: __('Changed', 'ar-bridge'),
  })[change];

/** Beyond this the rest is folded away. */
const SHOWN = 50;

/** What differs between two sets, rule by rule; and who touched it, where that is known. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p className="arb-quiet">{__('The rules are the same.', 'ar-bridge')}</p>;
  return (
    <>
      <List changes={changes.slice(0, SHOWN)} />
      {changes.length > SHOWN && (
        /* translators: %s: number of rules */
        <Disclosure summary={sprintf(__('%s more', 'ar-bridge'), count(changes.length - SHOWN))}>
          <List changes={changes.slice(SHOWN)} />
        </Disclosure>
      )}
    </>
  );
}

function List({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="arb-changes">
      {changes.map(({ ruleId, kind, name, change, fields, by = [] }) => (
        <li key={ruleId}>
          <p className="arb-trace__result">
            <Badge tone={TONE[change]}>{changeName(change)}</Badge>
            <strong>{name || ruleId}</strong>
            <span className="arb-quiet">{ruleKindLabel(kind)}</span>
          </p>
          {change === 'changed' && (
            <ul className="arb-words">
              {fields.map(({ path, before, after }) => (
                <li key={path}>
                  {pathWords(path)}: <del>{before || __('nothing', 'ar-bridge')}</del>{' '}
                  <ins>{after || __('nothing', 'ar-bridge')}</ins>
                </li>
              ))}
            </ul>
          )}
          {by.map(({ version, author, at }) => (
            <p key={version} className="arb-sub">
              {/* translators: 1: login name, 2: time, 3: number of a version */}
              {sprintf(__('%1$s, %2$s, in version %3$s', 'ar-bridge'), author, instant(at), count(version))}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** `outcome.segments.Account` is shown as Account, `when.sku` as SKU. */
function pathWords(path: string): string {
  const last = path.replace(/^(when|outcome)\.(segments\.|flexAttributes\.)?/, '');
  const own: Record<string, string> = {
    name: __('Name', 'ar-bridge'),
    kind: __('Decides', 'ar-bridge'),
    enabled: __('Enabled', 'ar-bridge'),
    position: __('Place', 'ar-bridge'),
    effectiveFrom: __('Holds from', 'ar-bridge'),
  };
  return own[path] ?? settingName(last);
}
