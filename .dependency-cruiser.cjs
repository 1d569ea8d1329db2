/** The dependency rules of the house: stages point inward, I/O stays at the edges. */
module.exports = {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'domain/ imports nothing else of ours',
      severity: 'error',
      from: { path: '^sidecar/domain/' },
      to: { path: '^(sidecar|admin-ui|test)/', pathNot: '^sidecar/domain/' },
    },
    {
      name: 'pure-stages-do-no-io',
      comment: 'domain, derive and plan get everything as arguments: no network, no disk, no clock of their own',
      severity: 'error',
      from: { path: '^sidecar/(domain|derive|plan)/' },
      to: {
        path: '^(node:)?(fs|http|https|net|child_process|timers|worker_threads)|^sidecar/(store|oracle|woocommerce|http|apply|capture|sandbox)/',
      },
    },
    {
      name: 'sql-lives-in-store',
      comment: 'nothing but store/ (and the sandbox, a program of its own) imports better-sqlite3',
      severity: 'error',
      from: { path: '^sidecar/', pathNot: '^sidecar/(store|sandbox)/' },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^sidecar/woocommerce/' },
      to: { path: '^sidecar/oracle/' },
    },
    {
      name: 'adapters-do-not-know-each-other-2',
      severity: 'error',
      from: { path: '^sidecar/oracle/' },
      to: { path: '^sidecar/woocommerce/' },
    },
    {
      name: 'sandbox-shares-no-code-with-the-client',
      comment: 'the judge must not agree with the client by construction',
      severity: 'error',
      from: { path: '^sidecar/sandbox/' },
      to: { path: '^sidecar/', pathNot: '^sidecar/sandbox/' },
    },
    {
      name: 'client-shares-no-code-with-the-sandbox',
      severity: 'error',
      from: { path: '^sidecar/', pathNot: '^sidecar/sandbox/' },
      to: { path: '^sidecar/sandbox/' },
    },
    {
      name: 'stages-point-inward',
      comment: 'domain <- derive <- plan <- apply, capture, reconcile <- main: adapters come in through ports',
      severity: 'error',
      from: { path: '^sidecar/(apply|capture|reconcile)/' },
      to: { path: '^sidecar/(oracle|woocommerce|http)/' },
    },
    { name: 'no-circles', severity: 'error', from: { path: '^sidecar/' }, to: { circular: true } },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^(sidecar|admin-ui)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
