// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation} from "../../src/interfaces/IAttestations.sol";

struct AttestationRequestData {
    address recipient;
    uint64 expirationTime;
    bool revocable;
    bytes32 refUID;
    bytes data;
    uint256 value;
}

struct AttestationRequest {
    bytes32 schema;
    AttestationRequestData data;
}

struct MultiAttestationRequest {
    bytes32 schema;
    AttestationRequestData[] data;
}

struct RevocationRequestData {
    bytes32 uid;
    uint256 value;
}

struct RevocationRequest {
    bytes32 schema;
    RevocationRequestData data;
}

struct MultiRevocationRequest {
    bytes32 schema;
    RevocationRequestData[] data;
}

/// @title IEas
/// @notice What the tests call of EAS 1.4.0
interface IEas {
    error AccessDenied();

    function attest(AttestationRequest calldata request) external payable returns (bytes32);
    function multiAttest(MultiAttestationRequest[] calldata requests) external payable returns (bytes32[] memory);
    function revoke(RevocationRequest calldata request) external payable;
    function multiRevoke(MultiRevocationRequest[] calldata requests) external payable;
    function getAttestation(bytes32 uid) external view returns (Attestation memory);
}

/// @title ISchemas
/// @notice What the tests call of SchemaRegistry 1.4.0
interface ISchemas {
    function register(string calldata schema, address resolver, bool revocable) external returns (bytes32);
}
