import { useDispatch, useSelect } from '@wordpress/data';
import { Loaded } from '../../components/views.tsx';
import type { RuleSetView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { useDraft } from '../../hooks/draft.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RulesSaveBar } from './rules-save-bar.tsx';
import { TryRules } from './try-rules.tsx';

/** Which account, tax code and receipt method an order's parts go to; edits are tried on an order before they are saved. */
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
  const draft = useDraft('rules', { version: saved.version, rules: saved.rules });
  const { version, rules } = draft.value;
  return (
    <div className="arb-stack">
      <RuleEditor saved={saved} rules={rules} onChange={(next) => draft.change({ version, rules: next })} />
      <TryRules unsaved={draft.changed ? rules : undefined} order={params.order} />
      {draft.changed && <RulesSaveBar saved={saved} base={version} rules={rules} drop={draft.drop} />}
    </div>
  );
}
