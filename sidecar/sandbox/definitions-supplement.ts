import type { AttributeType } from './attribute-type.ts';

/**
 * What Oracle's pages document and the machine-readable files leave out. Each entry says where it was read.
 */

const ATTACHMENT: Record<string, AttributeType> = {
  AttachedDocumentId: 'integer',
  CategoryName: 'string',
  CreatedBy: 'string',
  CreationDate: 'string',
  DatatypeCode: 'string',
  Description: 'string',
  FileContents: 'string',
  FileName: 'string',
  FileUrl: 'string',
  LastUpdateDate: 'string',
  LastUpdatedBy: 'string',
  Title: 'string',
  UploadedText: 'string',
  Url: 'string',
};
const NOTE: Record<string, AttributeType> = {
  CreatedBy: 'string',
  CreationDate: 'string',
  LastUpdateDate: 'string',
  LastUpdatedBy: 'string',
  NoteId: 'integer',
  NoteTxt: 'string',
  NoteTypeCode: 'string',
};
const attachments = { attributes: ATTACHMENT, key: { name: 'AttachedDocumentId', writable: true } };
const notes = { attributes: NOTE, key: { name: 'NoteId', writable: true } };

/** Children named in farfa's resource pages and samples (contract section 2.3), by the path of their parent. */
export const ADDED_CHILDREN: Record<
  string,
  Record<string, { attributes: Record<string, AttributeType>; key: { name: string; writable: boolean } }>
> = {
  receivablesInvoices: { attachments, notes },
  'receivablesInvoices.receivablesInvoiceLines': { attachments },
  receivablesCreditMemos: { attachments, notes },
  'receivablesCreditMemos.receivablesCreditMemoLines': { attachments },
  standardReceipts: { attachments },
};

/** `Find_Receivables_Customer_Account_Sites_with_all_Child_Resources` calls this finder; the definition lists none. */
const ACTIVITIES_VARIABLES: Record<string, AttributeType> = {
  AccountNumber: 'string',
  CustomerName: 'string',
  TaxRegistrationNumber: 'string',
  TaxpayerIdentificationNumber: 'string',
};
export const ADDED_FINDERS: Record<string, Record<string, Record<string, AttributeType>>> = {
  receivablesCustomerAccountSiteActivities: {
    PrimaryKey: { BillToSiteUseId: 'integer' },
    CustomerAccountSiteActivitiesFinder: { ...ACTIVITIES_VARIABLES, BillToSiteNumber: 'string' },
  },
  receivablesCustomerAccountActivities: {
    PrimaryKey: { AccountId: 'integer' },
    CustomerAccountActivitiesFinder: ACTIVITIES_VARIABLES,
  },
};

/** First edition whose page lists the action (contract section 0); the definition of 26c carries no mark for these. */
export const ACTION_SINCE: Record<string, string> = {
  'receivablesInvoices.approve': '26d',
  'receivablesInvoices.rework': '26d',
  'receivablesCreditMemos.approve': '26a',
  'receivablesCreditMemos.rework': '26a',
};
