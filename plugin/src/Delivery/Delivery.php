<?php

declare( strict_types=1 );

namespace ArBridge\Delivery;

use ArBridge\Outbox\Outbox;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;
use ArBridge\Sidecar\Unreachable;
use ArBridge\Site;

defined( 'ABSPATH' ) || exit;

/**
 * Sends what waits to the sidecar. Nothing is forgotten before the sidecar says that it is stored; whatever goes wrong here, the rows
 * stay, and the sidecar pulls them on its own.
 */
final class Delivery {

	/** The action that Action Scheduler runs. */
	public const ACTION = 'ar_bridge_deliver';
	public const GROUP  = 'ar-bridge';
	/** Action Scheduler's own rhythm. */
	public const EVERY_SECONDS = 300;

	/** The sidecar takes no more in one call. */
	private const ROWS_PER_CALL = 500;
	/** A sidecar that hangs costs one PHP worker this long, once per backoff. */
	private const TIMEOUT_SECONDS = 2.0;
	private const CALLS_PER_JOB   = 20;

	public function __construct( private Outbox $outbox, private SidecarClient $sidecar, private Connection $connection, private DeliveryState $state, private SendLock $lock ) {}

	/** The recurring job: sends until nothing waits, a delivery fails, or CALLS_PER_JOB are made. */
	public function drain(): void {
		for ( $calls = 0; $calls < self::CALLS_PER_JOB; ++$calls ) {
			if ( ! $this->send_once() ) {
				return;
			}
		}
	}

	/**
	 * One call with what waits.
	 *
	 * @return bool True when something was stored, so that another call may bring more.
	 */
	public function send_once(): bool {
		if ( ! $this->connection->is_paired() || ! $this->state->may_try() || ! $this->lock->take() ) {
			return false;
		}
		try {
			return $this->send( $this->outbox->batch( self::ROWS_PER_CALL ) );
		} catch ( Unreachable $unreachable ) {
			$this->state->failed( $unreachable->getMessage() );
			return false;
		} finally {
			$this->lock->free();
		}
	}

	/**
	 * @param array{objects: list<array<string, mixed>>, payments: list<array<string, mixed>>} $batch
	 * @throws Unreachable When there is no answer.
	 */
	private function send( array $batch ): bool {
		if ( ! $batch['objects'] && ! $batch['payments'] ) {
			return false;
		}
		$answer = $this->sidecar->call( 'POST', '/v1/events', (string) wp_json_encode( array( 'site' => Site::id() ) + $batch ), self::TIMEOUT_SECONDS );
		$json   = $answer->json();
		if ( ! $answer->is_ok() || ! is_array( $json ) ) {
			$this->state->failed( $answer->error_code() . ': ' . $answer->error_message() );
			return false;
		}
		$this->state->succeeded();
		return $this->outbox->acknowledge( ...Outbox::parse_acknowledgement( $json['stored'] ?? null ) ) > 0;
	}
}
