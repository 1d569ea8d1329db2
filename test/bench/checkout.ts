import type { Measurement } from './report.ts';
export const checkout: Measurement = async () => [];
