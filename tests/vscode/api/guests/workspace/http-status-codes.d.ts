declare module "http-status-codes" {
  export enum StatusCodes {
    OK = 200,
    PAYMENT_REQUIRED = 402,
    NOT_FOUND = 404,
    GONE = 410,
  }
}
