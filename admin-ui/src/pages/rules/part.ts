import type { CheckedRules, Rule, RuleSetView, RuleTest } from '../../data/contract.ts';

/** The edits of all parts of this tab; saved together. */
export interface RulesDraft {
  /** The version that the edits started from. */
  version: number;
  rules: Rule[];
  tests: RuleTest[];
}

/** What every part of the tab works on. */
export interface RulesPartProps {
  saved: RuleSetView;
  draft: RulesDraft;
  /** Edits that are not saved. */
  changed: boolean;
  /** Of the rules as they are edited. */
  checked: CheckedRules;
  onChange: (part: Partial<Pick<RulesDraft, 'rules' | 'tests'>>) => void;
}
