<?php

declare( strict_types=1 );

namespace ArBridge\Sidecar;

use RuntimeException;

defined( 'ABSPATH' ) || exit;

/** No answer came: refused, timed out, TLS, name not found. The message is WordPress' own. */
final class Unreachable extends RuntimeException {}
