/**
 * Loaded before every program of the bench and of the fault tests: the program ends when the one that started it is gone, however
 * that went, and collects its garbage when asked (with --expose-gc), so that what is left is what it needs.
 */
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message !== 'collect garbage') return;
  (globalThis as { gc?: () => void }).gc?.();
  process.send?.('garbage collected');
});
process.channel?.unref();
