/** What a client heard: an answer, or nothing that it could rely on. */
export type Heard<T> =
  | { readonly kind: "answer"; readonly data: T }
  | { readonly kind: "nothing"; readonly why: string };

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Posts one operation to a gateway that may be killed at any moment. Whatever is no answer with data is nothing. */
export async function post<T>(url: string, query: string, variables: object, timeoutMs: number): Promise<Heard<T>> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { data, errors } = (await response.json()) as Answer<T>;
    if (data && !errors) return { kind: "answer", data };
    return { kind: "nothing", why: errors?.map((it) => it.message).join("; ") ?? `status ${response.status}` };
  } catch (error) {
    return { kind: "nothing", why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
