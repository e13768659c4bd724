/** Ring's token desk: passwords, second factors, and refresh tokens that are replaced at every use. */

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface Account {
  email: string;
  password: string;
  /** null: no second factor. */
  factor: 'sms' | 'email' | 'totp' | null;
  code: string;
}

export class FakeOauth {
  account: Account = { email: 'kim@example.org', password: 'correct horse', factor: 'sms', code: '123456' };
  /** How long an access token is said to live, in seconds. */
  expiresIn = 3600;
  codesSent = 0;
  /** Every refresh token ever handed out; the access tokens have theirs in them. */
  readonly issued: string[] = [];
  /** Every refresh token that a new one was asked for by. */
  readonly presented: string[] = [];
  #refresh = new Set<string>();
  #access = new Map<string, { refresh: string; replaces: string | undefined }>();

  /** A refresh token that works, as a login on another day gave it. */
  issue(): string {
    const token = `refresh-${this.issued.length + 1}-${Math.random().toString(36).slice(2)}`;
    this.issued.push(token);
    this.#refresh.add(token);
    return token;
  }

  /** True while a refresh token can still be used. */
  knows(refreshToken: string): boolean {
    return this.#refresh.has(refreshToken);
  }

  /** As when the owner removes the device in the Ring app. */
  revokeAll(): void {
    this.#refresh.clear();
    this.#access.clear();
  }

  revokeAccess(): void {
    this.#access.clear();
  }

  /**
   * True where the access token is valid. Its first use ends the refresh token it came from: a client that has not
   * kept the new one by then is logged out.
   */
  accepts(authorization: string | undefined): boolean {
    const access = this.#access.get((authorization ?? '').replace(/^Bearer /, ''));
    if (!access) return false;
    if (access.replaces) this.#refresh.delete(access.replaces);
    return true;
  }

  answer(body: Record<string, unknown>, code: string): Answer {
    if (body.grant_type === 'refresh_token') {
      const old = String(body.refresh_token);
      this.presented.push(old);
      if (this.#refresh.has(old)) return this.#grant(old);
      return refused('token is invalid or does not exists');
    }
    const { email, password, factor } = this.account;
    if (body.username !== email || body.password !== password) return refused('invalid user credentials');
    if (factor === null) return this.#grant();
    if (code === '') {
      this.codesSent++;
      const phone = factor === 'email' ? 'k**@example.org' : '+44xxxxxxx12';
      return { status: 412, body: { next_time_in_secs: 60, phone, tsv_state: factor } };
    }
    if (code === this.account.code) return this.#grant();
    const error = 'Verification Code is invalid or expired';
    return { status: 400, body: { error, err_msg: 'bad request response from dependency service' } };
  }

  #grant(replaces?: string): Answer {
    const refresh = this.issue();
    const access = `access-${refresh}`;
    this.#access.set(access, { refresh, replaces });
    return {
      status: 200,
      body: {
        access_token: access,
        expires_in: this.expiresIn,
        refresh_token: refresh,
        scope: 'client',
        token_type: 'Bearer',
      },
    };
  }
}

function refused(description: string): Answer {
  return { status: 401, body: { error: 'invalid_grant', error_description: description } };
}
