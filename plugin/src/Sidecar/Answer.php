<?php

declare( strict_types=1 );

namespace ArBridge\Sidecar;

defined( 'ABSPATH' ) || exit;

/** What the sidecar answered. */
final class Answer {

	public function __construct( public int $status, public string $content_type, public string $disposition, public string $body ) {}

	public function is_ok(): bool {
		return $this->status >= 200 && $this->status < 300;
	}

	/** The body as an array; null when it is no JSON object or list. */
	public function json(): mixed {
		return json_decode( $this->body, true, 64 );
	}

	/** The stable code of an error answer, `http.500` where there is none. */
	public function error_code(): string {
		return $this->error_part( 'code' ) ?? 'http.' . $this->status;
	}

	public function error_message(): string {
		/* translators: %d: HTTP status, for example 500 */
		return $this->error_part( 'message' ) ?? sprintf( __( 'The sidecar answered HTTP %d without a reason.', 'ar-bridge' ), $this->status );
	}

	/** What to do, in the sidecar's words; null when it does not say. */
	public function error_action(): ?string {
		return $this->error_part( 'action' );
	}

	private function error_part( string $name ): ?string {
		$json = $this->json();
		$part = is_array( $json ) && is_array( $json['error'] ?? null ) ? ( $json['error'][ $name ] ?? null ) : null;
		return is_string( $part ) && '' !== $part ? $part : null;
	}
}
