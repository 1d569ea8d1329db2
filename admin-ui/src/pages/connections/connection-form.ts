import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import type { z } from 'zod';
import type { Finding } from '../../data/contract.ts';
import type { Outcome } from '../../data/failure.ts';
import { fieldErrors } from '../../data/field-errors.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { useDraft } from '../../hooks/draft.ts';

export interface ConnectionForm<T> {
  act: Act;
  /** What was changed; an absent field stays as it is. */
  edits: T;
  changed: boolean;
  errors: Record<string, string>;
  findings: Finding[] | null;
  set: (change: T) => void;
  save: () => Promise<boolean>;
  /** Saves what was changed, then asks the sidecar to try the connection. */
  test: () => Promise<void>;
}

interface ConnectionFormOptions<T> {
  name: string;
  schema: z.ZodType<T>;
  save: (edits: T) => Promise<Outcome<unknown>>;
  test: () => Promise<Outcome<{ findings: Finding[] }>>;
}

/** The edits of one system's form: only what was changed is sent, so a credential that was not typed again is kept. */
export function useConnectionForm<T extends object>({ name, schema, save, test }: ConnectionFormOptions<T>): ConnectionForm<T> {
  const act = useAct();
  const draft = useDraft<T>(`connections.${name}`, {} as T);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [findings, setFindings] = useState<Finding[] | null>(null);

  const saveEdits = async (): Promise<boolean> => {
    const read = schema.safeParse(draft.value);
    setErrors(fieldErrors(schema, draft.value));
    if (!read.success) return false;
    const outcome = await act.run('save', () => save(read.data), __('Saved.', 'ar-bridge'));
    if (outcome.ok) draft.drop();
    else setErrors(outcome.failure.fields);
    return outcome.ok;
  };
  return {
    act,
    edits: draft.value,
    changed: draft.changed,
    errors,
    findings,
    set: (change) => draft.change({ ...draft.value, ...change }),
    save: saveEdits,
    test: async () => {
      setFindings(null);
      if (draft.changed && !(await saveEdits())) return;
      const outcome = await act.run('test', test);
      if (outcome.ok) setFindings(outcome.value.findings);
    },
  };
}
