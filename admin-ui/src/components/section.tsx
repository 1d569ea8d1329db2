import { Card, CardBody, CardHeader } from '@wordpress/components';
import { useId } from '@wordpress/element';
import type { ReactNode } from 'react';

interface SectionProps {
  title: string;
  /** One sentence below the title. */
  about?: ReactNode;
  /** Buttons and links at the end of the title's line. */
  actions?: ReactNode;
  /** Tables reach to the card's edges. */
  flush?: boolean;
  children: ReactNode;
}

/** A titled card: the unit every page is made of. */
export function Section({ title, about, actions, flush = false, children }: SectionProps) {
  const id = useId();
  return (
    <Card className="arb-section" as="section" aria-labelledby={id}>
      <CardHeader className="arb-section__header">
        <div>
          <h2 id={id} className="arb-section__title">
            {title}
          </h2>
          {about && <p className="arb-section__about">{about}</p>}
        </div>
        {actions && <div className="arb-actions">{actions}</div>}
      </CardHeader>
      <CardBody className={flush ? 'arb-section__body is-flush' : 'arb-section__body'}>{children}</CardBody>
    </Card>
  );
}
