import { __ } from '@wordpress/i18n';
import { Section } from '../../components/section.tsx';

/** What the store says now and no document follows: told, so that nobody looks for it in the books. */
export function Notes({ notes }: { notes: string[] }) {
  return (
    <Section
      title={__('Different in the store, and not posted', 'ar-bridge')}
      about={__('What is posted stays as it was posted.', 'ar-bridge')}
    >
      <ul className="arb-bullets">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Section>
  );
}
