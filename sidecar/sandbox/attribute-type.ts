/** Types of attributes, as the definition files write them. */
export type AttributeType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
