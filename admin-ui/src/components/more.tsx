import { useRef } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import { Disclosure } from './disclosure.tsx';

interface MoreProps {
  /** What is in there, in a few words: a person decides by it whether to look. */
  about: string;
  /** Something in there needs a look. It opens then, and stays open while that is mended. */
  faulty: boolean;
  children: ReactNode;
}

/** The part of a form that most people never need. */
export function More({ about, faulty, children }: MoreProps) {
  const opened = useRef(false);
  opened.current ||= faulty;
  return (
    <Disclosure
      /* translators: %s: names of form fields */
      summary={sprintf(__('More: %s', 'ar-bridge'), about)}
      open={opened.current}
      form
    >
      <div className="arb-stack is-tight">{children}</div>
    </Disclosure>
  );
}

/** Whether any of these fields, or a field inside one of them, is wrong. */
export const anyWrong = (errors: Record<string, string>, fields: string[]): boolean =>
  Object.keys(errors).some((path) => fields.some((field) => path === field || path.startsWith(`${field}.`)));
