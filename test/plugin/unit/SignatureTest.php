<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Security\Signature;
use PHPUnit\Framework\TestCase;

/** Against the vectors that the sidecar's tests use too; they were made with node:crypto. */
final class SignatureTest extends TestCase {

	/**
	 * @dataProvider vectors
	 * @param array<string, mixed> $vector
	 */
	public function test_a_call_is_signed_as_the_vector_says( array $vector ): void {
		$this->assertSame( $vector['signature'], Signature::sign( base64_decode( $vector['secret'] ), $vector['id'], $vector['timestamp'], $vector['method'], $vector['path'], $vector['body'] ) );
	}

	/**
	 * @dataProvider vectors
	 * @param array<string, mixed> $vector
	 */
	public function test_the_vector_is_accepted_and_each_change_of_it_refused( array $vector ): void {
		$this->assertNull( self::code( $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'method' => 'PATCH' ) + $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'path' => $vector['path'] . '0' ) + $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'body' => $vector['body'] . ' ' ) + $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'timestamp' => $vector['timestamp'] + 1 ) + $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'id' => '0' . substr( $vector['id'], 1 ) ) + $vector ) );
		$this->assertSame( 'signature.mismatch', self::code( array( 'secret' => base64_encode( str_repeat( 'x', 32 ) ) ) + $vector ) );
		$last = substr( $vector['signature'], -1 );
		$this->assertSame( 'signature.mismatch', self::code( array( 'signature' => substr( $vector['signature'], 0, -1 ) . ( 'a' === $last ? 'b' : 'a' ) ) + $vector ) );
	}

	/** @return array<string, array{array<string, mixed>}> */
	public function vectors(): array {
		$cases = array();
		foreach ( json_decode( (string) file_get_contents( __DIR__ . '/../../fixtures/signature-vectors.json' ), true ) as $vector ) {
			$cases[ $vector['name'] ] = array( $vector );
		}
		return $cases;
	}

	public function test_upper_case_hex_missing_parts_and_other_shapes_are_told_apart(): void {
		$vector = $this->vectors()['a GET without a body'][0];
		$this->assertSame( 'signature.malformed', self::code( array( 'signature' => 'v1=' . strtoupper( substr( $vector['signature'], 3 ) ) ) + $vector ) );
		$this->assertSame( 'signature.malformed', self::code( array( 'signature' => $vector['signature'] . "\n" ) + $vector ) );
		$this->assertSame( 'signature.malformed', self::code( array( 'id' => 'not-a-uuid' ) + $vector ) );
		foreach ( array( 'id', 'signature' ) as $part ) {
			$this->assertSame( 'signature.missing', self::code( array( $part => '' ) + $vector ) );
		}
	}

	public function test_the_window_is_five_minutes_either_way_and_the_message_names_both_clocks(): void {
		$vector = $this->vectors()['a GET without a body'][0];
		foreach ( array( -300, 300 ) as $skew ) {
			$this->assertNull( self::code( $vector, $skew ) );
		}
		foreach ( array( -301, 301 ) as $skew ) {
			$this->assertSame( 'signature.expired', self::code( $vector, $skew ) );
		}
		$fault = self::fault( $vector, 3600 );
		$this->assertStringContainsString( '2025-11-23T05:00:00Z', $fault[1] );
		$this->assertStringContainsString( '2025-11-23T06:00:00Z', $fault[1] );
	}

	public function test_two_secrets_are_valid_during_a_rotation_and_none_means_unpaired(): void {
		$vector = $this->vectors()['a POST with a JSON body'][0];
		$other  = str_repeat( 'y', 32 );
		$secret = base64_decode( $vector['secret'] );
		$this->assertNull( self::fault( $vector, 0, array( $other, $secret ) ) );
		$this->assertNull( self::fault( $vector, 0, array( $secret, $other ) ) );
		$this->assertSame( 'signature.unpaired', self::fault( $vector, 0, array() )[0] );
	}

	/** @param array<string, mixed> $vector */
	private static function code( array $vector, int $skew = 0 ): ?string {
		return self::fault( $vector, $skew )[0] ?? null;
	}

	/**
	 * @param array<string, mixed> $vector
	 * @param list<string>|null    $secrets
	 * @return array{string, string}|null
	 */
	private static function fault( array $vector, int $skew = 0, ?array $secrets = null ): ?array {
		return Signature::fault( $secrets ?? array( base64_decode( $vector['secret'] ) ), $vector['id'], (string) $vector['timestamp'], $vector['signature'], $vector['timestamp'] + $skew, $vector['method'], $vector['path'], $vector['body'] );
	}
}
