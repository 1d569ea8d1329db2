import { useDispatch, useSelect } from '@wordpress/data';
import { useMemo } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { PartsNav } from '../../components/parts-nav.tsx';
import { Loaded } from '../../components/views.tsx';
import type { RuleSetView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { useDraft } from '../../hooks/draft.ts';
import type { RulesDraft, RulesPartProps } from './part.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RuleFiles } from './rule-files.tsx';
import { RuleTests } from './rule-tests.tsx';
import { RulesSaveBar } from './rules-save-bar.tsx';
import { TryRules } from './try-rules.tsx';
import { Unmapped } from './unmapped.tsx';
import { useRuleCheck } from './use-rule-check.ts';
import { Versions } from './versions.tsx';
import { WhatIf } from './what-if.tsx';

const PARTS = ['rules', 'unmapped', 'tests', 'what-if', 'versions', 'files'] as const;
type Part = (typeof PARTS)[number];

const partName = (part: Part): string =>
  ({
    rules: __('Rules', 'ar-bridge'),
    unmapped: __('Not mapped', 'ar-bridge'),
    tests: __('Tests', 'ar-bridge'),
    'what-if': __('What if', 'ar-bridge'),
    versions: __('Versions', 'ar-bridge'),
    files: __('Import and export', 'ar-bridge'),
  })[part];

/** Which account, tax code and receipt method an order's parts go to; edits are checked and tried before they are saved. */
export function RulesPage({ params }: { params: Record<string, string> }) {
  const rules = useSelect((select) => select(store).getRules(), []);
  const { refresh } = useDispatch(store);
  return (
    <Loaded resource={rules} onRetry={() => void refresh(sources.rules())} rows={8}>
      {(saved) => <Rules saved={saved} params={params} />}
    </Loaded>
  );
}

function Rules({ saved, params }: { saved: RuleSetView; params: Record<string, string> }) {
  const { value, changed, change, drop } = useDraft<RulesDraft>('rules', draftOf(saved));
  const { rules, tests } = value;
  const asked = useMemo(() => (changed ? { rules, tests } : null), [changed, rules, tests]);
  const checked = useRuleCheck(asked);
  const part = PARTS.find((known) => known === params.at) ?? 'rules';
  const shared: RulesPartProps = {
    saved,
    draft: value,
    changed,
    checked: (changed ? checked : null) ?? saved,
    onChange: (edited) => change({ ...value, ...edited }),
  };
  return (
    <div className="arb-stack">
      <PartsNav tab="rules" label={__('Rules', 'ar-bridge')} parts={PARTS} current={part} nameOf={partName} />
      <PartOf part={part} params={params} {...shared} />
      {changed && <RulesSaveBar saved={saved} draft={value} checked={shared.checked} drop={drop} />}
    </div>
  );
}

const draftOf = ({ version, rules, tests }: RuleSetView): RulesDraft => ({ version, rules, tests });

function PartOf({ part, params, ...shared }: RulesPartProps & { part: Part; params: Record<string, string> }) {
  switch (part) {
    case 'rules':
      return (
        <>
          <RuleEditor {...shared} open={params.rule} />
          <TryRules unsaved={shared.changed ? shared.draft.rules : undefined} order={params.order} />
        </>
      );
    case 'tests':
      return <RuleTests {...shared} />;
    case 'unmapped':
      return <Unmapped {...shared} />;
    case 'what-if':
      return <WhatIf {...shared} />;
    case 'versions':
      return <Versions {...shared} />;
    case 'files':
      return <RuleFiles {...shared} />;
  }
}
