/** Short sayings, one below the other. */
export function Words({ words, none }: { words: string[]; none: string }) {
  if (words.length === 0) return <span className="arb-quiet">{none}</span>;
  return (
    <ul className="arb-words">
      {words.map((word) => (
        <li key={word}>{word}</li>
      ))}
    </ul>
  );
}
