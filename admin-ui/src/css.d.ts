/** Styles are imported for their effect; the build turns them into files beside the scripts. */
declare module '*.css';
