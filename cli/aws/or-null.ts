/** Null for what does not exist in IAM. */
import { NoSuchEntityException } from '@aws-sdk/client-iam';

/** Anything but NoSuchEntity is thrown on. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return null;
    throw error;
  }
}
