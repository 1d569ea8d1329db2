import type { ReconciliationView } from '../../data/contract.ts';
import { PeriodForm } from './period-form.tsx';
import { Run } from './run.tsx';

interface ComparePartProps {
  params: Record<string, string>;
  view: ReconciliationView;
  onChanged: () => void;
}

/** The period form, and the run that the address names, else the latest. */
export function ComparePart({ params, view, onChanged }: ComparePartProps) {
  const id = Number(params.run) || view.runs[0]?.id;
  return (
    <>
      <PeriodForm view={view} shown={id} onStarted={onChanged} />
      {id !== undefined && <Run key={id} id={id} params={params} onEnded={onChanged} />}
    </>
  );
}
