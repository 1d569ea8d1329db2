/** A request after the contract's schemas have read it. */
export interface AdminRequest {
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  /** Who acts, as the plugin's proxy names and signs them. */
  actor: string;
}
